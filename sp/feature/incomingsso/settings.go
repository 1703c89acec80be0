package incomingsso

import (
	"io"
	"net/http"
	"strings"

	"github.com/ssoproof/ssoproof/sp/account"
	"github.com/ssoproof/ssoproof/sp/profile"
	"github.com/ssoproof/ssoproof/sp/reason"
)

// The administrator's pages (seed 001, "How to implement", steps 2 to 7).
const (
	settingsPath = "/Settings"
	ssoPath      = settingsPath + "/SSO"
	testPath     = ssoPath + "/Test"
	wsdlPath     = ssoPath + "/AuthenticationService.wsdl"
)

// setting is one line of the SSO Settings page: what it is called, its inline
// help, and where the value is kept.
type setting struct {
	Name, Label, Help string
	Choices           []choice // none: any text
	value             func(*profile.Incoming) *string
}

type choice struct{ Value, Label string }

func settings() []setting {
	var spoken []choice
	for _, k := range kinds() {
		spoken = append(spoken, choice{k.name, k.title})
	}
	return []setting{
		{Name: "invalid-session-url", Label: "Invalid Session URL", Help: "The page of your system that users without a valid session are sent to, such as your SSO Jump Page. While it is empty, the portal has its normal login.",
			value: func(s *profile.Incoming) *string { return &s.InvalidSessionURL }},
		{Name: "reason-parameter", Label: "Reason variable", Help: "The query variable that tells your page why the user was sent there, as a number from 1 to 10. Leave it empty to send none.",
			value: func(s *profile.Incoming) *string { return &s.ReasonParameter }},
		{Name: "target-parameter", Label: "Target variable", Help: "The query variable that holds the URL of the page the user asked for. Leave it empty to send none.",
			value: func(s *profile.Incoming) *string { return &s.TargetParameter }},
		{Name: "email-parameter", Label: "E-mail variable", Help: "The query variable in which your links bring the user's e-mail address.",
			value: func(s *profile.Incoming) *string { return &s.EmailParameter }},
		{Name: "session-parameter", Label: "Session variable", Help: "The query variable in which your links bring the session key.",
			value: func(s *profile.Incoming) *string { return &s.SessionParameter }},
		{Name: "service-url", Label: "Authentication Web Service URL", Help: "The address of the web service that your system implements. The portal asks it once for every sign-on and follows no redirect.",
			value: func(s *profile.Incoming) *string { return &s.ServiceURL }},
		{Name: "service-format", Label: "Authentication Web Service kind", Help: "How the web service is asked. With JSON, answer with Content-Type application/json; charset=utf-8 and just true or false in the body, without quotes. For SOAP and XML follow the WSDL.", Choices: spoken,
			value: func(s *profile.Incoming) *string { return &s.ServiceFormat }},
	}
}

// ssoPage is what the template sso-settings.html sees as .Data.
type ssoPage struct {
	Active bool
	Fields []fieldView
	WSDL   string
	Saved  bool
	Wrong  []string // why what was sent was not saved
	Unsafe []string // what of the settings as saved puts session keys at risk
	Email  string   // of the last test
	Test   *call
}

type fieldView struct {
	setting
	Value string
}

func (p *portal) settingsRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET "+settingsPath, p.signedIn(administrator((*incoming).showSettings)))
	mux.HandleFunc("GET "+ssoPath, p.signedIn(administrator(offered((*incoming).showSSO))))
	mux.HandleFunc("POST "+ssoPath, p.signedIn(administrator(offered(p.saveSSO))))
	mux.HandleFunc("POST "+testPath, p.signedIn(administrator(offered((*incoming).testService))))
	// Without a session: SOAP tools fetch it by its URL, and it holds no secret.
	mux.HandleFunc("GET "+wsdlPath, p.serveWSDL)
}

func administrator(show page) page {
	return func(f *incoming, w http.ResponseWriter, r *http.Request, a account.Account) {
		if a.Role != "admin" {
			f.site.Refuse(w, r, reason.AccessDenied, "the page takes an administrator")
			return
		}
		show(f, w, r, a)
	}
}

// offered keeps the page from portals for which the vendor has not switched
// the feature on.
func offered(show page) page {
	return func(f *incoming, w http.ResponseWriter, r *http.Request, a account.Account) {
		if !f.set.Enabled {
			f.site.Render(w, r, http.StatusNotFound, "not-found", nil)
			return
		}
		show(f, w, r, a)
	}
}

func (f *incoming) showSettings(w http.ResponseWriter, r *http.Request, _ account.Account) {
	f.site.Render(w, r, http.StatusOK, "settings", f.set.Enabled)
}

func (f *incoming) showSSO(w http.ResponseWriter, r *http.Request, _ account.Account) {
	page := f.ssoPage()
	page.Saved = r.URL.RawQuery == "saved"
	f.site.Render(w, r, http.StatusOK, "sso-settings", page)
}

func (f *incoming) ssoPage() ssoPage {
	page := ssoPage{Active: f.set.Active, WSDL: wsdlPath, Unsafe: cautions(f.set, f.site.BaseURL())}
	for _, s := range settings() {
		page.Fields = append(page.Fields, fieldView{s, *s.value(&f.set)})
	}
	return page
}

// saveSSO takes the settings over from the next request on. With those under
// which sign-on could not work nothing changes, and the page says why.
func (p *portal) saveSSO(f *incoming, w http.ResponseWriter, r *http.Request, a account.Account) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		f.refuseSSO(w, r, f.ssoPage(), "The form cannot be read.")
		return
	}
	set := f.set
	set.Active = r.PostForm.Get("active") != ""
	for _, s := range settings() {
		if r.PostForm.Has(s.Name) {
			*s.value(&set) = strings.TrimSpace(r.PostForm.Get(s.Name))
		}
	}
	wrong := check(set, f.site.BaseURL())
	if len(wrong) == 0 {
		if err := p.apply(set); err != nil {
			wrong = append(wrong, err)
		}
	}
	if len(wrong) > 0 {
		sent := &incoming{site: f.site, set: set}
		f.refuseSSO(w, r, sent.ssoPage(), inWords(wrong)...)
		return
	}
	f.site.Record("settings-saved", a, "Incoming SSO")
	redirect(w, f.site.BaseURL()+ssoPath+"?saved")
}

func (f *incoming) refuseSSO(w http.ResponseWriter, r *http.Request, page ssoPage, wrong ...string) {
	page.Wrong = wrong
	f.site.Render(w, r, http.StatusUnprocessableEntity, "sso-settings", page)
}

// testService is the test tool (seed 001, "How to implement", step 6). It asks
// the web service exactly as a sign-on would, whether or not Incoming SSO is
// active, and signs nobody in.
func (f *incoming) testService(w http.ResponseWriter, r *http.Request, a account.Account) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	page := f.ssoPage()
	page.Email = r.PostFormValue("email")
	c := f.ask(r.Context(), page.Email, r.PostFormValue("session"))
	page.Test = &c
	f.site.Record("service-tested", a, c.Said)
	f.site.Render(w, r, http.StatusOK, "sso-settings", page)
}

func (p *portal) serveWSDL(w http.ResponseWriter, r *http.Request) {
	f := p.now()
	if !f.set.Enabled {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	_, _ = io.WriteString(w, wsdl(f.set.ServiceURL)) // the reader has left; nobody to tell
}
