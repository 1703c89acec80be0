package relaystate

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/ssoproof/ssoproof/sp/account"
	"github.com/ssoproof/ssoproof/sp/feature"
	"github.com/ssoproof/ssoproof/sp/profile"
)

// Path is where the list stands: Admin, Users & Access, Auth/SSO, SSO RelayStates.
const Path = "/admin/users-access/auth-sso/relay-states"

// Administration adds the pages on which an administrator keeps relay states.
var Administration = feature.Feature{
	Name:    "relay-state-administration",
	Summary: "administration pages that list, make and edit relay states",
	New: func(site feature.Site) (feature.Hooks, error) {
		if site.Profile().Template("relay-states") == nil || site.Profile().Template("relay-state") == nil {
			return feature.Hooks{}, errors.New("the profile lacks templates/relay-states.html or templates/relay-state.html")
		}
		a := administration{site}
		return feature.Hooks{Routes: func(mux *http.ServeMux) {
			mux.HandleFunc("GET "+Path, site.Guard("admin", a.list))
			mux.HandleFunc("GET "+Path+"/new", site.Guard("admin", a.blank))
			mux.HandleFunc("GET "+Path+"/edit", site.Guard("admin", a.edit))
			mux.HandleFunc("POST "+Path, site.Guard("admin", a.save))
		}}, nil
	},
}

type administration struct{ site feature.Site }

// listed is a relay state as the list's template sees it.
type listed struct {
	profile.RelayState
	Link   string // of the page that edits it
	Opens  string // the path that it opens
	Broken bool   // which does not exist
}

// overview is what templates/relay-states.html sees as .Data.
type overview struct {
	Path, Saved string
	States      []listed
}

func (a administration) list(w http.ResponseWriter, r *http.Request) {
	o := overview{Path: Path}
	for _, state := range a.site.Settings().RelayStates {
		_, why := open(a.site, state)
		o.States = append(o.States, listed{state, Path + "/edit?name=" + url.QueryEscape(state.Name), path(state), why != ""})
		if state.Name == r.URL.Query().Get("saved") {
			o.Saved = state.Name
		}
	}
	a.site.Render(w, r, http.StatusOK, "relay-states", o)
}

// form is what templates/relay-state.html sees as .Data.
type form struct {
	Path  string
	Was   string // the name before the edit; "" is a new one
	State profile.RelayState
	Types []linkType
	Error string
}

// linkType is a Redirect/Link Type with its additional field.
type linkType struct {
	Name, Label string
	Choices     []string // of the drop-down; none is a field to type a path in
	NoField     bool
}

func (a administration) blank(w http.ResponseWriter, r *http.Request) {
	a.show(w, r, http.StatusOK, form{State: profile.RelayState{Type: "dashboard"}})
}

func (a administration) edit(w http.ResponseWriter, r *http.Request) {
	i := a.index(r.URL.Query().Get("name"))
	if i < 0 {
		http.Redirect(w, r, Path, http.StatusSeeOther)
		return
	}
	state := a.site.Settings().RelayStates[i]
	a.show(w, r, http.StatusOK, form{Was: state.Name, State: state})
}

func (a administration) index(name string) int {
	return slices.IndexFunc(a.site.Settings().RelayStates, func(s profile.RelayState) bool { return s.Name == name })
}

// save takes the form in; whatever the settings refuse is shown above it.
func (a administration) save(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
	f := form{Was: r.PostFormValue("was"), State: profile.RelayState{
		Name:     strings.TrimSpace(r.PostFormValue("name")),
		Inactive: r.PostFormValue("active") == "", SPDefault: r.PostFormValue("sp-default") != "", IdPDefault: r.PostFormValue("idp-default") != "",
		Type: r.PostFormValue("type"),
	}}
	f.State.Target = strings.TrimSpace(r.PostFormValue("target-" + f.State.Type))
	if err := a.keep(f); err != nil {
		f.Error = err.Error()
		a.show(w, r, http.StatusUnprocessableEntity, f)
		return
	}
	who, _ := a.site.Account(r)
	a.record(who, f.State.Name)
	http.Redirect(w, r, Path+"?saved="+url.QueryEscape(f.State.Name), http.StatusSeeOther)
}

func (a administration) record(who account.Account, name string) {
	a.site.Record("settings-changed", who, "relay state "+name)
}

// keep puts the form's relay state into the settings.
func (a administration) keep(f form) error {
	if _, known := prefixes[f.State.Type]; !known {
		return errors.New("choose a Redirect/Link Type")
	}
	if _, local := a.site.Local(path(f.State)); !local {
		return errors.New("the address must be a path of this site that starts with a slash")
	}
	lost := false
	err := a.site.Change(func(s *feature.Setup) {
		states := &s.Settings.RelayStates
		i := slices.IndexFunc(*states, func(s profile.RelayState) bool { return s.Name == f.Was })
		switch {
		case f.Was == "":
			*states = append(*states, f.State)
		case i < 0:
			lost = true
		default:
			(*states)[i] = f.State
		}
	})
	if err == nil && lost {
		return errors.New("somebody else has renamed it meanwhile")
	}
	return err
}

func (a administration) show(w http.ResponseWriter, r *http.Request, status int, f form) {
	f.Path = Path
	f.Types = []linkType{
		{Name: "dashboard", Label: "Dashboard", NoField: true},
		{Name: "client", Label: "Client", Choices: a.choices("client", f.State)},
		{Name: "report", Label: "Report", Choices: a.choices("report", f.State)},
		{Name: "path", Label: "Page address"},
	}
	a.site.Render(w, r, status, "relay-state", f)
}

// choices are what the drop-down of a type offers: the pages that exist, and
// what is chosen at present, so that looking at a form does not change it.
func (a administration) choices(kind string, chosen profile.RelayState) []string {
	var all []string
	for _, page := range a.site.Profile().Pages {
		if page.Path == prefixes[kind]+"{item}" {
			all = slices.Clone(page.Items)
		}
	}
	if chosen.Type == kind && !slices.Contains(all, chosen.Target) {
		all = append(all, chosen.Target)
	}
	return all
}

// path is the address that a relay state stands for, whether or not it exists.
func path(state profile.RelayState) string {
	if state.Type == "dashboard" {
		return prefixes[state.Type]
	}
	return cmp.Or(prefixes[state.Type]+state.Target, "-") // "-" is local nowhere
}
