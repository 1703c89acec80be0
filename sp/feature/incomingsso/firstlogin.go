package incomingsso

import (
	"net/http"
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

func (f *incoming) routes(mux *http.ServeMux) {
	mux.HandleFunc("GET "+profilePath, f.signedIn(f.showProfile))
	mux.HandleFunc("POST "+profilePath, f.signedIn(f.saveProfile))
}

func (f *incoming) signedIn(page func(http.ResponseWriter, *http.Request, account.Account)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if a, in := f.site.Account(r); in {
			page(w, r, a)
			return
		}
		f.entrance(w, r, f.why(r))
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
	a, _ = f.site.Accounts().Update(a.ID, func(stored *account.Account) {
		fill(stored)
		stored.Incomplete = false
		if stored.State == account.Pending {
			stored.State = account.Active
		}
	})
	f.site.Record("profile-completed", a, "")
	to := f.site.Settings().Paths.Home
	if s, in := f.site.Visitor(r); in && s.Values[afterProfile] != "" {
		to = s.Values[afterProfile]
	}
	redirect(w, f.site.BaseURL()+to)
}
