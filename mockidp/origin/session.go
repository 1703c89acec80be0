package origin

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const cookieName = "os_session"

// keysPerSession bounds what one browser can make the Originating System
// remember; the oldest key goes first.
const keysPerSession = 64

type session struct {
	person Person
	cookie string
	ends   time.Time
	keys   []string
	resent resends
}

// resends counts how often running the jump page has sent one target.
type resends struct {
	target string
	count  int
	since  time.Time
}

// random returns 128 random bits: session keys are unique and cannot be
// guessed (seed 001: "a unique identifier within the Originating System").
func random() string {
	b := make([]byte, 16)
	rand.Read(b)
	return hex.EncodeToString(b)
}

// makeKey returns a session key, as good as the configured defect lets it be.
// It needs o.mu.
func (o *Origin) makeKey() string {
	o.made++
	switch o.cfg.KeyDefect {
	case Sequential:
		return strconv.Itoa(100_000_000 + o.made)
	case Short:
		return random()[:8]
	}
	return random()
}

// fingerprint recognises a session key in the evidence without revealing it.
func fingerprint(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:4])
}

func (o *Origin) person(login string) (Person, bool) {
	for _, p := range o.cfg.People {
		if strings.EqualFold(p.Login, login) {
			return p, true
		}
	}
	return Person{}, false
}

// begin starts a session and forgets those that are over.
func (o *Origin) begin(p Person) *session {
	now := o.cfg.Now()
	s := &session{person: p, cookie: random(), ends: now.Add(o.cfg.Lifetime)}
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, old := range o.sessions {
		if !now.Before(old.ends) {
			o.forget(old)
		}
	}
	o.sessions[s.cookie] = s
	return s
}

// forget needs o.mu.
func (o *Origin) forget(s *session) {
	delete(o.sessions, s.cookie)
	for _, k := range s.keys {
		delete(o.keys, k)
	}
}

func (o *Origin) end(s *session) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.forget(s)
}

// sessionOf returns the visitor's session, nil when there is none.
func (o *Origin) sessionOf(r *http.Request) *session {
	c, err := r.Cookie(cookieName)
	if err != nil {
		return nil
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	s := o.sessions[c.Value]
	if s == nil || !o.cfg.Now().Before(s.ends) {
		return nil
	}
	return s
}

func (o *Origin) setCookie(w http.ResponseWriter, value string) {
	c := &http.Cookie{
		Name: cookieName, Value: value, Path: "/",
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: o.secure(),
	}
	if value == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

// newKey creates the SSO session that one way into the portal uses (seed 000,
// step 5). It lives as long as the session it belongs to.
func (o *Origin) newKey(s *session) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	key := o.makeKey()
	if o.sessions[s.cookie] != s {
		return key // ended in this instant: a key that the service will deny
	}
	if len(s.keys) == keysPerSession {
		delete(o.keys, s.keys[0])
		s.keys = s.keys[1:]
	}
	s.keys = append(s.keys, key)
	o.keys[key] = s
	return key
}

// confirms reports whether the key belongs to a living session of the person
// with this e-mail address.
func (o *Origin) confirms(email, key string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	s := o.keys[key]
	if s == nil || !o.cfg.Now().Before(s.ends) {
		return false
	}
	switch o.cfg.ServiceDefect {
	case AnyEmail:
		return true
	case CaseSensitive:
		return s.person.Login == email
	}
	return strings.EqualFold(s.person.Login, email)
}

// Issue signs a person in without a browser and returns a session key that
// the Authentication Web Service confirms, for links that a test writes
// itself.
func (o *Origin) Issue(login string) (key string, err error) {
	p, ok := o.person(login)
	if !ok {
		return "", fmt.Errorf("origin: nobody signs in as %q", login)
	}
	return o.newKey(o.begin(p)), nil
}

// EndSessions ends every session of a person, as if each had timed out at
// once: her keys are not confirmed any more.
func (o *Origin) EndSessions(login string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, s := range o.sessions {
		if strings.EqualFold(s.person.Login, login) {
			o.forget(s)
		}
	}
}
