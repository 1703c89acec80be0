// Package session keeps who is signed in at one tenant of a service provider.
//
// A session is found by the secret in the browser's cookie; the secret itself
// is never kept, only its digest. The package knows nothing of accounts
// beyond their ID, nor of how somebody signed in. Start at Store.
package session

import (
	"crypto/rand"
	"crypto/sha256"
	"maps"
	"sync"
	"time"
)

// Session is one visitor who is, or was, signed in. Sessions are handed out by
// value; changing one changes nothing in the Store.
type Session struct {
	Account string // the account's ID
	How     string // how the visitor signed in: saml, password, code, incoming-sso
	Started time.Time
	Seen    time.Time // the last request
	Ends    time.Time // not after this, however busy the visitor is; zero means open
	// NameID and Index are what the identity provider called the user and its
	// session, for single logout; empty when it said neither.
	NameID, Index                  string
	NameIDFormat                   string // this and the qualifiers as they came with the NameID
	NameQualifier, SPNameQualifier string
	Values                         map[string]string // whatever a feature wants to remember
}

// Store keeps the sessions of one tenant. Its methods may be called from any
// goroutine.
type Store struct {
	idle time.Duration

	mu       sync.Mutex
	sessions map[[sha256.Size]byte]Session
}

// NewStore returns an empty Store whose sessions end after idle without a
// request; zero means that they never do.
func NewStore(idle time.Duration) *Store {
	return &Store{idle: idle, sessions: map[[sha256.Size]byte]Session{}}
}

// Start keeps s and returns the secret to put into the browser's cookie.
func (st *Store) Start(s Session, now time.Time) (secret string) {
	secret = rand.Text()
	s.Started, s.Seen = now, now
	s.Values = maps.Clone(s.Values)
	st.mu.Lock()
	defer st.mu.Unlock()
	st.sessions[sha256.Sum256([]byte(secret))] = s
	return secret
}

// Visit returns the session with that secret, counting as a request of the
// visitor. A session that has timed out is returned with false, a secret that
// was never given out, or whose session was ended, as nil with false.
func (st *Store) Visit(secret string, now time.Time) (*Session, bool) {
	if secret == "" {
		return nil, false
	}
	key := sha256.Sum256([]byte(secret))
	st.mu.Lock()
	defer st.mu.Unlock()
	s, ok := st.sessions[key]
	if !ok {
		return nil, false
	}
	live := (st.idle == 0 || now.Sub(s.Seen) < st.idle) && (s.Ends.IsZero() || now.Before(s.Ends))
	if live {
		s.Seen = now
		st.sessions[key] = s
	}
	s.Values = maps.Clone(s.Values)
	return &s, live
}

// Remember sets one value of the session with that secret, if there is one.
func (st *Store) Remember(secret, name, value string) {
	key := sha256.Sum256([]byte(secret))
	st.mu.Lock()
	defer st.mu.Unlock()
	s, ok := st.sessions[key]
	if !ok {
		return
	}
	values := maps.Clone(s.Values)
	if values == nil {
		values = map[string]string{}
	}
	values[name] = value
	s.Values = values
	st.sessions[key] = s
}

// End forgets the session with that secret.
func (st *Store) End(secret string) {
	st.mu.Lock()
	defer st.mu.Unlock()
	delete(st.sessions, sha256.Sum256([]byte(secret)))
}

// EndWhere forgets every session that is meant and returns how many there were.
func (st *Store) EndWhere(meant func(Session) bool) int {
	st.mu.Lock()
	defer st.mu.Unlock()
	before := len(st.sessions)
	maps.DeleteFunc(st.sessions, func(_ [sha256.Size]byte, s Session) bool { return meant(s) })
	return before - len(st.sessions)
}
