package mockidp

import (
	"crypto/rand"
	"encoding/hex"
	"slices"
	"sync"
)

// shelf keeps things under random keys and forgets the oldest when full.
type shelf[T any] struct {
	mu    sync.Mutex
	limit int
	order []string
	items map[string]T
}

func newShelf[T any](limit int) *shelf[T] {
	return &shelf[T]{limit: limit, items: map[string]T{}}
}

// put keeps an item and returns its key, which cannot be guessed.
func (s *shelf[T]) put(item T) string {
	key := randomID()
	s.keep(key, item)
	return key
}

// keep keeps an item under a key of the caller's, which nobody has used.
func (s *shelf[T]) keep(key string, item T) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.order) == s.limit {
		delete(s.items, s.order[0])
		s.order = s.order[1:]
	}
	s.order = append(s.order, key)
	s.items[key] = item
}

// get returns an item and leaves it there.
func (s *shelf[T]) get(key string) (T, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	item, ok := s.items[key]
	return item, ok
}

// take returns an item and removes it: of several callers one gets it.
func (s *shelf[T]) take(key string) (T, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	item, ok := s.items[key]
	if !ok {
		return item, false
	}
	delete(s.items, key)
	for i := range s.order {
		if s.order[i] == key {
			s.order = append(s.order[:i], s.order[i+1:]...)
			break
		}
	}
	return item, true
}

// drop removes the items that are meant.
func (s *shelf[T]) drop(meant func(T) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.order = slices.DeleteFunc(s.order, func(key string) bool {
		if !meant(s.items[key]) {
			return false
		}
		delete(s.items, key)
		return true
	})
}

// randomID is 128 random bits. The underscore makes it an NCName (SAML core 1.3.4).
func randomID() string {
	var bits [16]byte
	rand.Read(bits[:]) // never fails, see crypto/rand
	return "_" + hex.EncodeToString(bits[:])
}
