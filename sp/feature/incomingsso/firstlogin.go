package incomingsso

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/ssoproof/ssoproof/sp/account"
)

// profilePath is the page on which users fill in their profile; at the first
// login nothing comes before it (seed 001, FAQ).
const profilePath = "/Profile"

// afterProfile is the session's value for the page that had to wait.
const afterProfile = "after-profile"

// maxForm bounds the profile form's body, in bytes.
const maxForm = 64 << 10

// profileForm is what the template profile.html sees as .Data.
type profileForm struct {
	Account account.Account
	New     bool // the first login
	Missing bool // it was sent without a name
}

func isNew(a account.Account) bool { return a.State == account.Pending || a.Incomplete }

func (p *portal) routes(mux *http.ServeMux) {
	mux.HandleFunc("GET "+profilePath, p.signedIn((*incoming).showProfile))
	mux.HandleFunc("POST "+profilePath, p.signedIn((*incoming).saveProfile))
	p.settingsRoutes(mux)
	p.apiRoutes(mux)
}

// page is a page of the portal for somebody who is signed in.
type page func(*incoming, http.ResponseWriter, *http.Request, account.Account)

func (p *portal) signedIn(show page) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		f := p.now()
		if a, in := f.site.Account(r); in {
			show(f, w, r, a)
			return
		}
		if !f.enter(w, r, f.why(r)) {
			redirect(w, f.site.BaseURL()+f.site.Settings().Paths.Login+"?target="+url.QueryEscape(requestURI(r)))
		}
	}
}

func (f *incoming) showProfile(w http.ResponseWriter, r *http.Request, a account.Account) {
	f.site.Render(w, r, http.StatusOK, "profile", profileForm{Account: a, New: isNew(a)})
}

// saveProfile completes the first login: the account becomes active, and the
// page that had to wait is opened.
func (f *incoming) saveProfile(w http.ResponseWriter, r *http.Request, a account.Account) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		f.site.Render(w, r, http.StatusBadRequest, "profile", profileForm{Account: a, New: isNew(a), Missing: true})
		return
	}
	fill := func(a *account.Account) {
		for _, name := range []string{"first-name", "last-name", "company", "title"} {
			a.Set(name, strings.TrimSpace(r.PostForm.Get(name)))
		}
	}
	if fill(&a); a.FirstName == "" || a.LastName == "" {
		f.site.Render(w, r, http.StatusUnprocessableEntity, "profile", profileForm{Account: a, New: isNew(a), Missing: true})
		return
	}
	event := "profile-changed"
	a, _ = f.site.Accounts().Update(a.ID, func(stored *account.Account) {
		if isNew(*stored) { // it may have been filled in meanwhile, in another window
			event = "profile-completed"
		}
		fill(stored)
		stored.Incomplete = false
		if stored.State == account.Pending {
			stored.State = account.Active
		}
	})
	f.site.Record(event, a, "")
	to := f.site.Settings().Paths.Home
	if s, in := f.site.Visitor(r); in && s.Values[afterProfile] != "" {
		to = s.Values[afterProfile]
	}
	redirect(w, f.site.BaseURL()+to)
}
