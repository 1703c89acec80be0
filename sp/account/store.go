package account

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Store keeps the accounts of one tenant. Its methods may be called from any
// goroutine; the zero Store is empty and ready for use.
type Store struct {
	mu       sync.Mutex
	accounts []Account
	serial   int
}

// Matching says how a stored value is compared with a sent one.
type Matching struct {
	Field string // one of Fields
	Fold  bool   // letter case makes no difference
}

// Add stores a, giving it an ID when it has none, and returns it as stored.
// An ID that is taken is an error.
func (s *Store) Add(a Account) (Account, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.add(a)
}

func (s *Store) add(a Account) (Account, error) {
	for a.ID == "" || a.ID == "0" {
		s.serial++
		if id := strconv.Itoa(100 + s.serial); s.index(id) < 0 {
			a.ID = id
		}
	}
	if s.index(a.ID) >= 0 {
		return Account{}, fmt.Errorf("adding account %q: the ID is taken", a.ID)
	}
	if a.State == "" {
		a.State = Active
	}
	a.Groups = slices.Clone(a.Groups)
	s.accounts = append(s.accounts, a)
	return a, nil
}

// All returns every account in the order in which they were added.
func (s *Store) All() []Account {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.accounts)
}

// Find returns the account with that ID.
func (s *Store) Find(id string) (Account, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := s.index(id); i >= 0 {
		return s.accounts[i], true
	}
	return Account{}, false
}

// Match returns every account whose field holds value; none for an empty
// value, so that accounts without the field are never found by leaving it out.
func (s *Store) Match(m Matching, value string) []Account {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.match(m, value)
}

// MatchOrAdd is Match, except that it adds make's account when nothing
// matches, in one step: two first logins at once make one account.
func (s *Store) MatchOrAdd(m Matching, value string, make func() Account) (found []Account, added bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if found = s.match(m, value); len(found) > 0 || value == "" {
		return found, false, nil
	}
	a, err := s.add(make())
	if err != nil {
		return nil, false, err
	}
	return []Account{a}, true, nil
}

// Update lets change edit the account with that ID and returns it as stored
// afterwards; it tells false when there is none. The ID cannot be changed.
func (s *Store) Update(id string, change func(*Account)) (Account, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.index(id)
	if i < 0 {
		return Account{}, false
	}
	change(&s.accounts[i])
	s.accounts[i].ID = id
	return s.accounts[i], true
}

func (s *Store) match(m Matching, value string) []Account {
	var found []Account
	for _, a := range s.accounts {
		stored := a.Field(m.Field)
		if value != "" && (stored == value || m.Fold && strings.EqualFold(stored, value)) {
			found = append(found, a)
		}
	}
	return found
}

func (s *Store) index(id string) int {
	return slices.IndexFunc(s.accounts, func(a Account) bool { return a.ID == id })
}
