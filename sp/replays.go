package sp

import (
	"sync"
	"time"
)

// Replays is the memory of what may be used once: assertions and LogoutRequests,
// by ID (profiles 4.1.4.5). It stands for a database: one that is given to a
// tenant, and to the tenant that takes its place, outlives both. The zero value
// has seen nothing; it is safe for concurrent use.
type Replays struct {
	mu   sync.Mutex
	used map[string]time.Time // until when it must be remembered
}

// seen remembers an ID and tells whether it was there already.
func (m *Replays) seen(id string, until, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.used[id]; ok {
		return true
	}
	if m.used == nil {
		m.used = map[string]time.Time{}
	}
	if len(m.used) >= remembered {
		for id, end := range m.used {
			if end.Before(now) {
				delete(m.used, id)
			}
		}
	}
	m.used[id] = until
	return false
}
