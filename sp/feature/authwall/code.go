package authwall

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"math/big"
	"strings"
	"sync"
	"time"
)

// maxTries is how many wrong codes an address may send before its code is
// void, maxIssues how many codes it may ask for within one lifetime: together
// they leave little hope of guessing six digits.
const (
	maxTries  = 5
	maxIssues = 5
)

// codes are the one-time codes that are on their way. Only addresses that
// somebody here has are kept, so that there are never more than accounts.
type codes struct {
	mu   sync.Mutex
	sent map[string]code // by address, in lower case
}

// code is the last one sent to an address.
type code struct {
	digest  [sha256.Size]byte
	account string // the account's ID
	ends    time.Time
	tries   int
	spent   bool

	issues int       // sent to the address
	since  time.Time // the first of them
}

// issue returns a new code for the address, which makes an older one void; it
// tells false when the address has had too many.
func (c *codes) issue(address, account string, lifetime time.Duration, now time.Time) (string, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	address = strings.ToLower(address)
	last := c.sent[address]
	if now.Sub(last.since) >= lifetime {
		last.issues, last.since = 0, now
	}
	if last.issues >= maxIssues {
		return "", false
	}
	number, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		panic(err) // crypto/rand's Reader never fails, by its documentation
	}
	text := fmt.Sprintf("%06d", number)
	c.sent[address] = code{
		digest: sha256.Sum256([]byte(text)), account: account, ends: now.Add(lifetime),
		issues: last.issues + 1, since: last.since,
	}
	return text, true
}

// redeem returns the account that the code lets in and makes the code void.
// An unknown address, a wrong code, an old one and a used one are all the same.
func (c *codes) redeem(address, text string, now time.Time) (account string, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	address = strings.ToLower(address)
	last, known := c.sent[address]
	if !known || last.spent || last.tries >= maxTries || !now.Before(last.ends) {
		return "", false
	}
	digest := sha256.Sum256([]byte(strings.TrimSpace(text)))
	last.spent = subtle.ConstantTimeCompare(digest[:], last.digest[:]) == 1
	if !last.spent {
		last.tries++
	}
	c.sent[address] = last
	return last.account, last.spent
}
