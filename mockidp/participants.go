package mockidp

import (
	"slices"
	"sync"

	"github.com/beevik/etree"

	"github.com/ssoproof/ssoproof/mockidp/response"
)

// participant is a service provider that was told of a session: whom single
// logout has to reach (profiles 4.4.2).
type participant struct {
	sp       string // entityID
	nameID   response.NameID
	response []byte // the Response that told it
}

// participation is who takes part in one session of the IdP.
type participation struct {
	index, person string // of the session: what SPs call it, and whose it is
	participants  []participant
}

// participations are those of every session that an SP was told of.
type participations struct {
	mu  sync.Mutex
	all []*participation // oldest first
}

// join enters a participant; an SP that is told again has the newest NameID.
func (l *participations) join(index, person string, p participant) {
	l.mu.Lock()
	defer l.mu.Unlock()
	at := slices.IndexFunc(l.all, func(one *participation) bool { return one.index == index })
	if at < 0 {
		if len(l.all) == sessionLimit {
			l.all = slices.Delete(l.all, 0, 1)
		}
		at, l.all = len(l.all), append(l.all, &participation{index: index, person: person})
	}
	one := l.all[at]
	one.participants = append(slices.DeleteFunc(one.participants, func(old participant) bool { return old.sp == p.sp }), p)
}

// leave takes the sessions that are meant out and returns them.
func (l *participations) leave(meant func(*participation) bool) []*participation {
	l.mu.Lock()
	defer l.mu.Unlock()
	var left []*participation
	l.all = slices.DeleteFunc(l.all, func(one *participation) bool {
		if !meant(one) {
			return false
		}
		left = append(left, one)
		return true
	})
	return left
}

// names tells whether a session is one that a LogoutRequest of that SP means:
// its NameID, and one of its sessions unless it names none (core 3.7.1).
func (one *participation) names(sp string, id response.NameID, indexes []string) bool {
	known := slices.ContainsFunc(one.participants, func(p participant) bool {
		return p.sp == sp && p.nameID.Value == id.Value && (id.Format == "" || id.Format == p.nameID.Format)
	})
	return known && (len(indexes) == 0 || slices.Contains(indexes, one.index))
}

// genuine returns the signed Assertion that the participant was told of the
// session with, nil when it is not to be read.
func (p participant) genuine() *etree.Element {
	root, err := parseDocument(p.response, requestLimit)
	if err != nil {
		return nil
	}
	if found := children(root, assertionNS, "Assertion"); len(found) > 0 {
		return detached(found[0])
	}
	return nil
}
