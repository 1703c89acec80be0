package sp

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ssoproof/ssoproof/sp/account"
	"github.com/ssoproof/ssoproof/sp/feature"
	"github.com/ssoproof/ssoproof/sp/profile"
	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/session"
)

// site is a tenant as its features know it. A tenant in service never changes:
// what an administrator saves makes another one, with the same memory, that
// serves from the next request on. So every request sees one set of settings
// from its beginning to its end, and nothing has to be locked to read them.
type site struct {
	changing sync.Mutex // one administrator at a time
	fetching sync.Mutex // and one request for metadata
	serving  atomic.Pointer[tenant]
}

// Change implements feature.Site.
func (s *site) Change(edit func(*feature.Setup)) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	next, err := s.serving.Load().changed(edit)
	if err != nil {
		return err
	}
	return next.sp.enter(next, func() { s.serving.Store(next) })
}

// changed returns the tenant as it is after the edit. Accounts, sessions,
// requests and whatever else it remembers are shared with t.
func (t *tenant) changed(edit func(*feature.Setup)) (*tenant, error) {
	setup := feature.Setup{Layout: t.config.Layout, Settings: t.settings}
	s := &setup.Settings
	s.RelayStates, s.Texts = slices.Clone(s.RelayStates), maps.Clone(s.Texts)
	edit(&setup)
	next := *t
	next.config.Layout, next.config.Settings = setup.Layout, s
	if err := next.configure(); err != nil {
		return nil, err
	}
	if err := next.trust(); err != nil {
		return nil, err
	}
	return &next, next.route()
}

// enter lets a tenant serve, unless another tenant has its entity ID ("you
// cannot re-use", seed 003, SAML SP Issuer Suffix). Of two that come with the
// same at the same time one is refused.
func (s *SP) enter(t *tenant, serve func()) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, other := range s.tenants {
		if other := other.site.serving.Load(); other.config.Host != t.config.Host && other.entityID == t.entityID {
			return errors.New("the entity ID " + t.entityID + " is taken by " + other.config.Host + "; add a suffix of your own")
		}
	}
	serve()
	return nil
}

// Guard implements feature.Site. Forms are taken from pages of this site only.
func (t *tenant) Guard(role string, h http.HandlerFunc) http.HandlerFunc {
	var elsewhere http.CrossOriginProtection
	return func(w http.ResponseWriter, r *http.Request) {
		if !t.admitted(w, r, role, "") {
			return
		}
		if err := elsewhere.Check(r); err != nil {
			http.Error(w, "Forbidden", http.StatusForbidden)
			return
		}
		h(w, r)
	}
}

// Mail implements feature.Site.
func (t *tenant) Mail(m feature.Mail) error {
	if t.sp.config.Mail == nil {
		return fmt.Errorf("mail to %s: nobody here sends mail", m.To)
	}
	return t.sp.config.Mail(m)
}

// What follows hands each call to the tenant that serves at the moment.

func (s *site) Profile() *profile.Profile   { return s.serving.Load().Profile() }
func (s *site) Settings() *profile.Settings { return s.serving.Load().Settings() }
func (s *site) BaseURL() string             { return s.serving.Load().BaseURL() }
func (s *site) Now() time.Time              { return s.serving.Load().Now() }
func (s *site) Client() *http.Client        { return s.serving.Load().Client() }
func (s *site) Accounts() *account.Store    { return s.serving.Load().Accounts() }
func (s *site) Mail(m feature.Mail) error   { return s.serving.Load().Mail(m) }
func (s *site) Exists(path string) bool     { return s.serving.Load().Exists(path) }

func (s *site) Local(target string) (string, bool) { return s.serving.Load().Local(target) }

func (s *site) Visitor(r *http.Request) (*session.Session, bool) {
	return s.serving.Load().Visitor(r)
}

func (s *site) Account(r *http.Request) (account.Account, bool) { return s.serving.Load().Account(r) }

func (s *site) SignIn(w http.ResponseWriter, r *http.Request, a account.Account, how string) {
	s.serving.Load().SignIn(w, r, a, how)
}

func (s *site) SignOut(w http.ResponseWriter, r *http.Request) { s.serving.Load().SignOut(w, r) }

func (s *site) Remember(r *http.Request, name, value string) {
	s.serving.Load().Remember(r, name, value)
}

func (s *site) Authenticate(login, password string) (account.Account, reason.Reason) {
	return s.serving.Load().Authenticate(login, password)
}

func (s *site) Barred(a account.Account) reason.Reason { return s.serving.Load().Barred(a) }

func (s *site) Guard(role string, h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { s.serving.Load().Guard(role, h)(w, r) }
}

func (s *site) StartSSO(w http.ResponseWriter, r *http.Request, target string) {
	s.serving.Load().StartSSO(w, r, target)
}

func (s *site) Refuse(w http.ResponseWriter, r *http.Request, why reason.Reason, note string) {
	s.serving.Load().Refuse(w, r, why, note)
}

func (s *site) Render(w http.ResponseWriter, r *http.Request, status int, page string, data any) {
	s.serving.Load().Render(w, r, status, page, data)
}

func (s *site) Record(kind string, a account.Account, note string) {
	s.serving.Load().Record(kind, a, note)
}
