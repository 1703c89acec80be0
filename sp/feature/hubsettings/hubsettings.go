// Package hubsettings is the settings pages of an AdvocateHub (seed 003):
// Settings, System, Login/Security with the Single Sign-On section, and User
// Management, where corporate users get their accounts beforehand.
//
// Start at Feature. What the settings do is package sp's.
package hubsettings

import (
	"errors"
	"fmt"
	"net/http"
	"net/mail"
	"net/url"
	"strings"

	"github.com/ssoproof/ssoproof/sp/account"
	"github.com/ssoproof/ssoproof/sp/feature"
	"github.com/ssoproof/ssoproof/sp/profile"
)

// Where the pages stand; the seed gives the menu, not the addresses.
const (
	securityPath = "/settings/system/login-security"
	usersPath    = "/settings/system/user-management"
)

// Feature adds the pages.
var Feature = feature.Feature{
	Name:    "hub-settings",
	Summary: "settings pages for single sign-on and for corporate users",
	New: func(site feature.Site) (feature.Hooks, error) {
		for _, name := range []string{"login-security", "user-management", "login"} {
			if site.Profile().Template(name) == nil {
				return feature.Hooks{}, errors.New("the profile has no templates/" + name + ".html")
			}
		}
		h := hub{site}
		return feature.Hooks{Routes: func(mux *http.ServeMux) {
			mux.HandleFunc("GET "+securityPath, site.Guard("admin", h.security))
			mux.HandleFunc("POST "+securityPath, site.Guard("admin", h.saveSecurity))
			mux.HandleFunc("GET "+usersPath, site.Guard("admin", h.users))
			mux.HandleFunc("POST "+usersPath, site.Guard("admin", h.addUser))
		}}, nil
	},
}

type hub struct{ site feature.Site }

// security is what templates/login-security.html sees as .Data: the Single
// Sign-On section as it was typed.
type security struct {
	Path          string
	Saved         bool
	Error         string
	SingleSignOn  bool // the radio button; otherwise the hub's own login
	Endpoint      string
	SignOut       string
	Fingerprint   string
	Algorithm     string // sha1, sha256
	Registration  string
	Suffix        string
	EntityID, ACS string // what the identity provider is to be told
}

func (h hub) security(w http.ResponseWriter, r *http.Request) {
	s := h.site.Settings()
	h.showSecurity(w, r, http.StatusOK, security{
		Saved: r.URL.Query().Has("saved"), SingleSignOn: s.SPInitiated, Endpoint: s.LoginURL, SignOut: s.SignOutURL,
		Fingerprint: s.Fingerprint, Algorithm: s.FingerprintAlgorithm, Registration: s.RegistrationPath, Suffix: s.IssuerSuffix,
	})
}

func (h hub) showSecurity(w http.ResponseWriter, r *http.Request, status int, f security) {
	s := h.site.Settings()
	f.Path, f.EntityID, f.ACS = securityPath, s.EntityID+s.IssuerSuffix, h.site.BaseURL()+s.ACSPath()
	h.site.Render(w, r, status, "login-security", f)
}

func (h hub) saveSecurity(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
	typed := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	f := security{
		SingleSignOn: typed("login") == "sso", Endpoint: typed("endpoint"), SignOut: typed("sign-out"),
		Fingerprint: typed("fingerprint"), Algorithm: typed("algorithm"), Registration: typed("registration"), Suffix: typed("suffix"),
	}
	err := f.check()
	if err == nil {
		err = h.site.Change(func(s *feature.Setup) { f.apply(&s.Settings, h.site.Profile().Settings.Paths.Start) })
	}
	if err != nil {
		f.Error = err.Error()
		h.showSecurity(w, r, http.StatusUnprocessableEntity, f)
		return
	}
	who, _ := h.site.Account(r)
	h.site.Record("settings-changed", who, "single sign-on")
	http.Redirect(w, r, securityPath+"?saved", http.StatusSeeOther)
}

// check returns what is wrong with the form, in words for the administrator.
func (f security) check() error {
	for _, field := range []struct{ label, value string }{
		{"SSO Endpoint URL", f.Endpoint}, {"SSO Sign out URL", f.SignOut}, {"SSO Registration Path", f.Registration},
	} {
		u, err := url.Parse(field.value)
		if field.value != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
			return fmt.Errorf("%s: %q is not a whole URL, such as https://login.example.com/", field.label, field.value)
		}
	}
	if len(f.Suffix) > 64 || strings.ContainsFunc(f.Suffix, func(c rune) bool { return c <= ' ' || c > '~' }) {
		return errors.New("SAML SP Issuer Suffix: up to 64 letters, digits and signs without blanks")
	}
	return checkFingerprint(f.Fingerprint, f.Algorithm)
}

// checkFingerprint accepts any usual spelling of a thumbprint and tells when
// it belongs to the other algorithm.
func checkFingerprint(text, algorithm string) error {
	names := map[string]string{"sha1": "SHA1", "sha256": "SHA256"}
	if names[algorithm] == "" {
		return errors.New("SSO Fingerprint/Thumbprint: choose SHA1 or SHA256")
	}
	digits := strings.NewReplacer(":", "", "-", "", " ", "", "\u00a0", "", "\u200e", "").Replace(text) // the last comes along from Windows
	if strings.Trim(strings.ToLower(digits), "0123456789abcdef") != "" {
		return errors.New("SSO Fingerprint/Thumbprint: it is made of the digits 0 to 9 and A to F")
	}
	of, known := map[int]string{40: "sha1", 64: "sha256"}[len(digits)]
	switch {
	case digits == "", of == algorithm:
		return nil
	case !known:
		return fmt.Errorf("SSO Fingerprint/Thumbprint: %d digits; SHA1 has 40, SHA256 has 64", len(digits))
	}
	return fmt.Errorf("SSO Fingerprint/Thumbprint: this is a %s fingerprint (%d digits), but %s is chosen", names[of], len(digits), names[algorithm])
}

// apply puts the form into the settings. The sign-in page starts single
// sign-on or is the hub's own login form; it is never both.
func (f security) apply(s *profile.Settings, signIn string) {
	s.LoginURL, s.SignOutURL, s.RegistrationPath = f.Endpoint, f.SignOut, f.Registration
	s.Fingerprint, s.FingerprintAlgorithm, s.IssuerSuffix = f.Fingerprint, f.Algorithm, f.Suffix
	s.SPInitiated, s.PasswordLogin = f.SingleSignOn, !f.SingleSignOn
	if f.SingleSignOn {
		s.Entrance, s.Paths.Start, s.Paths.Login = "sso", signIn, ""
		return
	}
	s.Entrance, s.Paths.Start, s.Paths.Login = "login", "", signIn
	s.AllowUnsolicited, s.RegistrationPath = false, ""
}

// users is what templates/user-management.html sees as .Data.
type users struct {
	Path     string
	Added    string
	Error    string
	Typed    account.Account
	Accounts []account.Account
}

func (h hub) users(w http.ResponseWriter, r *http.Request) {
	h.showUsers(w, r, http.StatusOK, users{Added: r.URL.Query().Get("added")})
}

func (h hub) showUsers(w http.ResponseWriter, r *http.Request, status int, u users) {
	u.Path, u.Accounts = usersPath, h.site.Accounts().All()
	h.site.Render(w, r, status, "user-management", u)
}

// addUser makes a corporate user's account, which the first login with the
// same e-mail address will find.
func (h hub) addUser(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
	typed := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	a := account.Account{
		Login: typed("email"), Email: typed("email"), FirstName: typed("first-name"), LastName: typed("last-name"),
		State: account.Pending, Role: map[string]string{"admin": "admin"}[typed("role")],
	}
	if at, err := mail.ParseAddress(a.Email); err != nil || at.Address != a.Email {
		h.showUsers(w, r, http.StatusUnprocessableEntity, users{Error: "That is not an e-mail address.", Typed: a})
		return
	}
	_, added, err := h.site.Accounts().MatchOrAdd(account.Matching{Field: "email", Fold: true}, a.Email, func() account.Account { return a })
	if err != nil || !added {
		h.showUsers(w, r, http.StatusUnprocessableEntity, users{Error: "There is a user with that e-mail address already.", Typed: a})
		return
	}
	who, _ := h.site.Account(r)
	h.site.Record("settings-changed", who, "corporate user "+a.Email)
	http.Redirect(w, r, usersPath+"?added="+url.QueryEscape(a.Email), http.StatusSeeOther)
}
