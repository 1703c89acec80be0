// Package messages is the page on which a tenant words its own messages (seed
// 002: "Many are customizable at the tenant level"). Those that the profile
// does not mark customizable are shown there and stay as they are.
//
// Start at Feature. How a message is shown is package sp's.
package messages

import (
	"errors"
	"maps"
	"net/http"
	"strings"

	"github.com/ssoproof/ssoproof/sp/feature"
)

// path is where the page stands, beside the relay states.
const path = "/admin/users-access/auth-sso/messages"

// maxText is how long a message may be, in bytes.
const maxText = 2000

// Feature adds the page.
var Feature = feature.Feature{
	Name:    "message-texts",
	Summary: "an administration page on which a tenant words its own messages",
	New: func(site feature.Site) (feature.Hooks, error) {
		if site.Profile().Template("messages") == nil {
			return feature.Hooks{}, errors.New("the profile has no templates/messages.html")
		}
		p := page{site}
		return feature.Hooks{Routes: func(mux *http.ServeMux) {
			mux.HandleFunc("GET "+path, site.Guard("admin", p.show))
			mux.HandleFunc("POST "+path, site.Guard("admin", p.save))
		}}, nil
	},
}

type page struct{ site feature.Site }

// data is what templates/messages.html sees as .Data.
type data struct {
	Path  string
	Saved bool
	Error string
	Texts []text
}

// text is one message.
type text struct {
	Name, Title, Default, Own string
	Customizable              bool
}

func (p page) show(w http.ResponseWriter, r *http.Request) {
	p.render(w, r, http.StatusOK, data{Saved: r.URL.Query().Has("saved")})
}

func (p page) render(w http.ResponseWriter, r *http.Request, status int, d data) {
	d.Path = path
	for _, reaction := range p.site.Profile().Reactions {
		d.Texts = append(d.Texts, text{
			reaction.Name, reaction.Title, reaction.Text, p.site.Settings().Texts[reaction.Name], reaction.Customizable,
		})
	}
	p.site.Render(w, r, status, "messages", d)
}

// save takes the texts in; an empty one is the product's own again.
func (p page) save(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
	own := map[string]string{}
	for _, reaction := range p.site.Profile().Reactions {
		if !reaction.Customizable {
			continue
		}
		own[reaction.Name] = strings.TrimSpace(r.PostFormValue("text-" + reaction.Name))
		if len(own[reaction.Name]) > maxText {
			p.render(w, r, http.StatusUnprocessableEntity, data{Error: reaction.Title + ": the text is too long"})
			return
		}
	}
	maps.DeleteFunc(own, func(_, text string) bool { return text == "" })
	if err := p.site.Change(func(s *feature.Setup) { s.Settings.Texts = own }); err != nil {
		p.render(w, r, http.StatusUnprocessableEntity, data{Error: err.Error()})
		return
	}
	who, _ := p.site.Account(r)
	p.site.Record("settings-changed", who, "message texts")
	http.Redirect(w, r, path+"?saved", http.StatusSeeOther)
}
