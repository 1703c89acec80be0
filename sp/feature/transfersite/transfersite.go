// Package transfersite is the administration of an EFT site (seed 004): Web
// SSO with its reserved path, and the check box that persists credentials for
// event rules, with the WARNING prompt where the two meet.
//
// Start at Feature. What an event rule gets to see is in rule.go.
package transfersite

import (
	"errors"
	"net/http"
	"regexp"
	"strings"

	"github.com/ssoproof/ssoproof/sp/feature"
	"github.com/ssoproof/ssoproof/sp/profile"
)

// Where the pages stand.
const (
	sitePath  = "/admin/site"
	rulesPath = "/event-rules"
)

// The profile's layouts, by where the reserved path lies.
const (
	layoutOther = "other"
	layoutRoot  = "root"
)

// Feature adds the pages.
var Feature = feature.Feature{
	Name:    "transfer-site",
	Summary: "site settings with the reserved path and persisted credentials, and an event rule that uses them",
	New: func(site feature.Site) (feature.Hooks, error) {
		p := site.Profile()
		for _, name := range []string{layoutOther, layoutRoot} {
			if _, ok := p.Layout(name); !ok {
				return feature.Hooks{}, errors.New("the profile has no layout " + name)
			}
		}
		if p.Template("site") == nil || p.Template("event-rules") == nil {
			return feature.Hooks{}, errors.New("the profile lacks templates/site.html or templates/event-rules.html")
		}
		t := transfer{site}
		return feature.Hooks{Routes: func(mux *http.ServeMux) {
			mux.HandleFunc("GET "+sitePath, site.Guard("admin", t.show))
			mux.HandleFunc("POST "+sitePath, site.Guard("admin", t.save))
			mux.HandleFunc("GET "+rulesPath, site.Guard("", t.rules))
			mux.HandleFunc("POST "+rulesPath, site.Guard("", t.run))
		}}, nil
	},
}

type transfer struct{ site feature.Site }

// form is what templates/site.html sees as .Data.
type form struct {
	Path         string
	Saved        bool
	Error        string
	SSO, Persist bool
	ReservedPath string
	RuleLogin    string
	RuleKnows    bool   // the rule has a password, which is never shown
	rulePassword string // as typed; "" leaves the one there is
}

func (t transfer) show(w http.ResponseWriter, r *http.Request) {
	s := t.site.Settings()
	t.render(w, r, http.StatusOK, form{
		Saved: r.URL.Query().Has("saved"), SSO: s.SPInitiated, Persist: s.PersistCredentials,
		ReservedPath: s.ReservedPath, RuleLogin: s.RuleLogin,
	})
}

func (t transfer) render(w http.ResponseWriter, r *http.Request, status int, f form) {
	f.Path, f.RuleKnows = sitePath, t.site.Settings().RulePassword != ""
	t.site.Render(w, r, status, "site", f)
}

func (t transfer) save(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
	f := form{
		SSO: r.PostFormValue("sso") != "", Persist: r.PostFormValue("persist") != "",
		ReservedPath: strings.TrimSpace(r.PostFormValue("reserved-path")),
		RuleLogin:    strings.TrimSpace(r.PostFormValue("rule-login")), rulePassword: r.PostFormValue("rule-password"),
	}
	err := t.check(f)
	if err == nil {
		err = t.keep(f)
	}
	if err != nil {
		f.Error = err.Error()
		t.render(w, r, http.StatusUnprocessableEntity, f)
		return
	}
	who, _ := t.site.Account(r)
	t.site.Record("settings-changed", who, "site")
	http.Redirect(w, r, sitePath+"?saved", http.StatusSeeOther)
}

var plainPath = regexp.MustCompile(`^/([A-Za-z0-9._~-]+/?)*$`)

// check returns what is wrong with the reserved path.
func (t transfer) check(f form) error {
	path, s := f.ReservedPath, t.site.Settings()
	switch {
	case len(path) > 256 || !plainPath.MatchString(path):
		return errors.New("the reserved path starts with a slash and has no query, such as /sp/samlv2/sso")
	case path == "/" && !f.SSO:
		return errors.New("the reserved path can be / only while Web SSO is enabled: there would be no way to log in")
	case path == "/" && s.RootRefused:
		return errors.New("the reserved path cannot be /; choose one of its own, such as /sp/samlv2/sso")
	case path == "/":
		return nil
	}
	taken := []string{s.Paths.Metadata, s.Paths.Logout, s.Paths.Home, sitePath, rulesPath}
	for _, other := range taken {
		if strings.TrimSuffix(path, "/") == other {
			return errors.New("the reserved path " + path + " is used by the site itself")
		}
	}
	if t.site.Exists(path) {
		return errors.New("the reserved path " + path + " is a page of the site")
	}
	return nil
}

// keep puts the form into force. Where the reserved path lies decides how the
// site refuses and whether it has a login page, so it decides the layout.
func (t transfer) keep(f form) error {
	layout := layoutOther
	if f.ReservedPath == "/" {
		layout = layoutRoot
	}
	base, errs := t.site.Profile().With(layout)
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	return t.site.Change(func(s *feature.Setup) {
		s.Layout = layout
		f.apply(&s.Settings, base)
	})
}

func (f form) apply(s *profile.Settings, base profile.Settings) {
	s.Entrance, s.PasswordLogin, s.Paths.Login = base.Entrance, base.PasswordLogin, base.Paths.Login
	s.ReservedPath, s.SPInitiated = f.ReservedPath, f.SSO
	s.PersistCredentials = f.Persist // enabling Web SSO does not untick it
	if s.RuleLogin = f.RuleLogin; f.RuleLogin == "" {
		s.RulePassword = ""
	} else if f.rulePassword != "" {
		s.RulePassword = f.rulePassword
	}
}
