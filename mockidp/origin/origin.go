// Package origin is the Originating System of the legacy road: the
// application in which a person signs in, and which then takes her into a
// partner portal by Incoming SSO (Channeltivity's "Incoming Single Sign-On"
// and "Seamless Invalid Session Handling" guides, seeds 000 and 001). It has a
// login page, a jump page that follows the recommended workflow, and the
// Authentication Web Service that the portal asks.
//
// It must not know any portal's code: what it learns of a portal is a URL,
// four variable names and two functions of the portal's Data API. Start at
// Config; the workflow is in jump.go.
package origin

import (
	"cmp"
	"context"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Config is everything an Originating System is told. BaseURL and PortalURL
// are required.
type Config struct {
	BaseURL   string // where the browser finds it: http://os.localhost:1234, no trailing slash
	PortalURL string // the portal's origin, no trailing slash: nothing else ever receives credentials
	People    []Person
	Names     Names
	Links     []Link // pages of the portal that the home page links to, beside the portal's home

	PortalLogout string        // path of the portal's logout page, never a target; default /Logout
	Lifetime     time.Duration // of a session, by Now; default 8h
	ResendLimit  int           // how often running one target is sent again within a minute; default 5

	// Stubborn is a defect: the jump page sends whoever has a session on to the
	// portal, whatever the reason code and however often.
	Stubborn bool

	// ServiceDefect and KeyDefect are of the constants below, "" for none.
	ServiceDefect, KeyDefect string

	// UserExists and CreateUser speak to the portal's Data API (seed 000,
	// workflow 3). When both are nil the Originating System creates nobody.
	UserExists func(ctx context.Context, email string) (bool, error)
	CreateUser func(ctx context.Context, p Person) error

	Now    func() time.Time // default time.Now
	Record func(Event)      // may be nil; called synchronously, on any goroutine
}

// Defects of the Authentication Web Service that a portal cannot notice, and
// whoever certifies an Originating System must.
const (
	AnyEmail      = "any-email"      // confirms a living key for whatever e-mail address
	CaseSensitive = "case-sensitive" // denies an address in another letter case
)

// Defects of the session keys, with which whoever certifies an Originating
// System must find fault: seed 001 only asks for "a unique identifier".
const (
	Sequential = "sequential" // each key is the number after the last one
	Short      = "short"      // 32 random bits
)

// Person is somebody who can sign in. Login is the e-mail address that the
// portal knows her by.
type Person struct {
	Login, Password                     string
	FirstName, LastName, Company, Title string
}

// Names are the query variables, which both sides can configure. Empty ones
// get the default given here.
type Names struct {
	Reason  string // jump page: reason
	Target  string // jump page: target
	Email   string // portal: email
	Session string // portal: session
}

// Link is one link on the home page: a path of the portal.
type Link struct{ Title, Path string }

// Event is one thing that happened. It never holds a password or a session
// key; Key recognises a key without giving it away.
type Event struct {
	Kind   string // login-shown, signed-in, sign-in-refused, jump, sent-to-portal, user-created, message-shown, service-called, signed-out
	Person string // e-mail
	Reason string // reason code as it came, "" when none did
	Code   string // the guide's name for it, "" when it is none of the ten
	Target string // portal URL, without credentials
	Key    string // first 8 hex digits of the session key's SHA-256
	Answer string // service-called: true, false or the name of the armed Answer
	Note   string
	At     time.Time // by Config.Now
}

// Origin is one Originating System: an http.Handler with the paths / (home),
// /login, /logout, /SSO (the jump page), /AuthenticationService, and,
// for whoever tries things out by hand, /SessionKey (a key to enter into the
// portal's test tool) and /Answers (what the web service says in place of the
// truth). It is safe
// for concurrent use.
type Origin struct {
	cfg    Config
	base   *url.URL
	portal *url.URL
	mux    *http.ServeMux
	pages  *template.Template

	mu       sync.Mutex
	sessions map[string]*session // by cookie
	keys     map[string]*session // by session key
	answer   *Answer
	answers  int // how many calls the armed answer still has, when it counts
	made     int // how many session keys there have been
}

//go:embed pages/*.html
var pageFiles embed.FS

// loadPages parses the pages, once.
var loadPages = sync.OnceValues(func() (*template.Template, error) { return template.ParseFS(pageFiles, "pages/*.html") })

// New returns an Originating System, or an error that names what is wrong
// with the configuration.
func New(cfg Config) (*Origin, error) {
	base, err := parseOrigin("BaseURL", cfg.BaseURL)
	if err != nil {
		return nil, err
	}
	portal, err := parseOrigin("PortalURL", cfg.PortalURL)
	if err != nil {
		return nil, err
	}
	if (cfg.UserExists == nil) != (cfg.CreateUser == nil) {
		return nil, fmt.Errorf("origin: UserExists and CreateUser are needed together")
	}
	cfg.fillIn()
	if cfg.Names.Reason == cfg.Names.Target || cfg.Names.Email == cfg.Names.Session {
		return nil, fmt.Errorf("origin: two variables share one name: %+v", cfg.Names)
	}
	pages, err := loadPages()
	if err != nil {
		return nil, fmt.Errorf("origin: reading the pages: %w", err)
	}
	o := &Origin{
		cfg: cfg, base: base, portal: portal, pages: pages,
		sessions: map[string]*session{}, keys: map[string]*session{},
	}
	o.mux = o.routes()
	return o, nil
}

func (c *Config) fillIn() {
	c.Names.Reason = cmp.Or(c.Names.Reason, "reason")
	c.Names.Target = cmp.Or(c.Names.Target, "target")
	c.Names.Email = cmp.Or(c.Names.Email, "email")
	c.Names.Session = cmp.Or(c.Names.Session, "session")
	c.PortalLogout = cmp.Or(c.PortalLogout, "/Logout")
	c.Lifetime = cmp.Or(c.Lifetime, 8*time.Hour)
	c.ResendLimit = cmp.Or(c.ResendLimit, 5)
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Record == nil {
		c.Record = func(Event) {}
	}
}

func parseOrigin(field, raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, fmt.Errorf("origin: %s: %w", field, err)
	}
	if (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil ||
		u.Path != "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("origin: %s %q is not an origin such as http://portal.localhost:8080", field, raw)
	}
	return u, nil
}

func (o *Origin) routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", o.home)
	mux.HandleFunc("GET /login", o.showLogin)
	mux.HandleFunc("POST /login", o.signIn)
	mux.HandleFunc("GET /logout", o.signOut)
	mux.HandleFunc("GET /SSO", o.jump)
	mux.HandleFunc("GET /SessionKey", o.showKey)
	mux.HandleFunc("GET /Answers", o.showAnswers)
	mux.HandleFunc("POST /Answers", o.chooseAnswer)
	mux.HandleFunc("GET /AuthenticationService", o.service)
	mux.HandleFunc("POST /AuthenticationService", o.service)
	mux.HandleFunc("GET /AuthenticationService/moved", o.genuineService)
	return mux
}

// ServeHTTP serves the paths named at Origin.
func (o *Origin) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer") // the jump page's URLs lead to credentials
	h.Set("X-Content-Type-Options", "nosniff")
	o.mux.ServeHTTP(w, r)
}

// JumpURL returns the address of the jump page: the Invalid Session URL to
// configure in the portal.
func (o *Origin) JumpURL() string { return o.cfg.BaseURL + "/SSO" }

// ServiceURL returns the address of the Authentication Web Service.
func (o *Origin) ServiceURL() string { return o.cfg.BaseURL + "/AuthenticationService" }

func (o *Origin) record(e Event) {
	e.At = o.cfg.Now()
	o.cfg.Record(e)
}

// jumpLink is the only way from here into the portal (seed 000, recommended
// architecture).
func (o *Origin) jumpLink(portalPath string) string {
	if portalPath == "" {
		return o.JumpURL()
	}
	return o.JumpURL() + "?" + url.Values{o.cfg.Names.Target: {o.cfg.PortalURL + portalPath}}.Encode()
}

func (o *Origin) secure() bool { return strings.EqualFold(o.base.Scheme, "https") }
