package sp

import (
	"crypto/rsa"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/ssoproof/ssoproof/sp/account"
	"github.com/ssoproof/ssoproof/sp/feature"
	"github.com/ssoproof/ssoproof/sp/profile"
	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/session"
	"github.com/ssoproof/ssoproof/sp/validate"
)

// tenant is a Tenant in service: what the files of this package hang their
// handlers on. It never changes; see site.
type tenant struct {
	sp       *SP
	site     *site
	config   Tenant
	settings profile.Settings

	entityID, acsURL string
	key              *Key
	peer             *validate.Provider   // nil without metadata
	others           []*validate.Provider // trusted beside peer
	imported         *validate.Provider   // the last metadata that was accepted, whether it is used or not
	refetch          time.Time            // when to fetch metadata anew, if there is an address to fetch it from
	policy           validate.Policy

	accounts *account.Store
	sessions *session.Store
	requests *requests
	logouts  *requests // LogoutRequests that were sent
	failures *failures
	hooks    []feature.Hooks
	mux      *http.ServeMux
	handler  http.Handler
}

func newTenant(s *SP, c Tenant) (*tenant, error) {
	if c.Host == "" || c.BaseURL == "" || c.Profile == nil {
		return nil, errors.New("host, base URL and profile are needed")
	}
	c.BaseURL = strings.TrimSuffix(c.BaseURL, "/")
	if c.Layout == "" {
		c.Layout = c.Profile.Layouts[0].Name
	}
	if c.Replays == nil {
		c.Replays = &Replays{}
	}
	t := &tenant{sp: s, config: c, accounts: &account.Store{}, failures: &failures{}, site: &site{}}
	t.site.serving.Store(t)
	if err := t.configure(); err != nil {
		return nil, err
	}
	t.sessions = session.NewStore(t.settings.SessionLifetime)
	t.requests, t.logouts = newRequests(t.settings.RequestLifetime), newRequests(t.settings.RequestLifetime)
	for _, a := range c.Accounts {
		if _, err := t.accounts.Add(a); err != nil {
			return nil, err
		}
	}
	if err := t.trust(); err != nil {
		return nil, err
	}
	if err := t.features(); err != nil {
		return nil, err
	}
	return t, t.route()
}

// configure settles the settings and the names that follow from them.
func (t *tenant) configure() error {
	if t.config.Settings != nil {
		t.settings = *t.config.Settings
	} else {
		settings, errs := t.config.Profile.With(t.config.Layout)
		if len(errs) > 0 {
			return errors.Join(errs...)
		}
		t.settings = settings
	}
	if errs := t.settings.Check(); len(errs) > 0 {
		return errors.Join(errs...)
	}
	if field := t.settings.Accounts.Field; field != "" && !slices.Contains(account.Fields(), field) {
		return fmt.Errorf("accounts: no field %q, only %s", field, strings.Join(account.Fields(), ", "))
	}
	for field := range t.settings.Accounts.Attributes {
		if !slices.Contains(account.Fields(), field) {
			return fmt.Errorf("accounts: no field %q, only %s", field, strings.Join(account.Fields(), ", "))
		}
	}
	if t.settings.RegistrationPath != "" && t.config.Profile.Template("choice") == nil {
		return errors.New("registration-path needs templates/choice.html, which the profile does not have")
	}
	if t.settings.SLO && t.config.Profile.Template("message") == nil {
		return errors.New("slo needs templates/message.html, which the profile does not have")
	}
	t.entityID = t.settings.EntityID + t.settings.IssuerSuffix
	if t.settings.EntityID == "" {
		t.entityID = t.config.BaseURL + t.settings.Paths.Metadata + t.settings.IssuerSuffix
	}
	t.acsURL = t.config.BaseURL + t.settings.ACSPath()
	return t.keys()
}

// keys finds the tenant's key, when it has any use for one.
func (t *tenant) keys() error {
	t.key = t.config.Key
	if t.key == nil && (t.settings.SignRequests || len(t.settings.Metadata.Keys) > 0 || t.settings.SLO || t.takesArtifacts()) {
		key, err := t.sp.ownKey()
		if err != nil {
			return err
		}
		t.key = key
	}
	if t.key == nil {
		return nil
	}
	if _, ok := t.key.Signer.(*rsa.PrivateKey); !ok || t.key.Certificate == nil {
		return errors.New("the key must be an RSA key with a certificate")
	}
	return nil
}

// features switches on what the profile names.
func (t *tenant) features() error {
	for _, name := range t.config.Profile.Features {
		f, ok := lookUpFeature(name)
		if !ok {
			return fmt.Errorf("profile %s: no feature %q", t.config.Profile.Name, name)
		}
		hooks, err := f.New(t.site)
		if err != nil {
			return fmt.Errorf("feature %s: %w", name, err)
		}
		t.hooks = append(t.hooks, hooks)
	}
	return nil
}

// The small parts of feature.Site.

func (t *tenant) Profile() *profile.Profile   { return t.config.Profile }
func (t *tenant) Settings() *profile.Settings { return &t.settings }
func (t *tenant) BaseURL() string             { return t.config.BaseURL }
func (t *tenant) Now() time.Time              { return t.sp.config.Now() }
func (t *tenant) Client() *http.Client        { return t.sp.config.Client }
func (t *tenant) Accounts() *account.Store    { return t.accounts }

// Record implements feature.Site.
func (t *tenant) Record(kind string, a account.Account, note string) {
	t.record(Event{Kind: kind, Account: a.ID, Login: a.Login, Note: note})
}

// Refuse implements feature.Site.
func (t *tenant) Refuse(w http.ResponseWriter, r *http.Request, why reason.Reason, note string) {
	t.record(Event{Kind: "refused", Reason: why, Note: note})
	t.react(w, r, why, blanks{})
}
