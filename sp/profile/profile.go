// Package profile says how one service provider product behaves: its paths
// and settings, what it trusts, which pages it has, and what a visitor sees
// for every conclusion it can come to. A profile is a folder with a
// profile.yaml and templates; a new product needs no Go unless it does
// something that no feature does yet.
//
// The package knows nothing of requests, messages or sessions; package sp
// plays what is described here. Start at Profile, and at the influitive folder
// for an example.
package profile

import (
	"html/template"
	"io/fs"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/ssoproof/ssoproof/sp/reason"
)

// Profile is one product, loaded and checked.
type Profile struct {
	Name     string   // as scenarios and the command line say it
	Product  string   // as the vendor says it
	Summary  string   // one sentence without a period
	Sources  []string // the documents it follows, first the product's own
	Groups   []string // "saml", "legacy": what scenarios may ask for beside the name
	Features []string // what is switched on beyond a plain SAML service provider
	// Settings are those of the first layout.
	Settings Settings
	// Layouts are the ways in which the product can be set up that change what
	// visitors see. A product without any has one, named "".
	Layouts []Layout
	Pages   []Page
	// Precedence decides which reason is shown when several apply: the first
	// in the list wins, those not listed come after in the order of the rules.
	Precedence []reason.Reason
	Reactions  []Reaction
	// Wordings are other texts of reactions, by wording and reaction name: a
	// product as an older or newer release words itself.
	Wordings map[string]map[string]string
	// IdP is what the product's document asks of an identity provider; it is
	// opaque here, because nothing on this side may depend on it.
	IdP yaml.Node
	FS  fs.FS // the profile's folder

	file      string
	base      yaml.Node // settings, as written
	templates map[string]*template.Template
}

// Layout is one way to set the product up.
type Layout struct {
	Name     string
	settings yaml.Node // laid over the profile's
}

// Page is one page of the product that needs no Go.
type Page struct {
	Path     string `yaml:"path"`     // a path, whose last element may be {item}
	Template string `yaml:"template"` // templates/<template>.html
	Title    string `yaml:"title"`
	Public   bool   `yaml:"public"` // shown to everybody; else only to those who are signed in
	Role     string `yaml:"role"`   // the role it takes; "" is any
	Group    string `yaml:"group"`  // the group it takes; "" is any
	// Items are the values of {item} that exist; any other is not found.
	Items []string `yaml:"items"`
}

// Reaction is what a visitor sees when the product has come to one of the
// reasons in For.
type Reaction struct {
	Name    string          `yaml:"-"`
	For     []reason.Reason `yaml:"for"`
	Layouts []string        `yaml:"layouts"` // the layouts it belongs to; none is all
	Status  int             `yaml:"status"`  // of the page with the text; 0 is 200
	Page    string          `yaml:"page"`    // template
	Title   string          `yaml:"title"`
	// Text is shown word for word, except that {want} is what was missing or
	// expected; {now}, {not-before} and {not-on-or-after} are the instants of the
	// judgement.
	Text string `yaml:"text"`
	// Redirect is the local path that the visitor is sent to (303) and where
	// the page is shown; "" shows it in place.
	Redirect string `yaml:"redirect"`
	// Once shows the page by way of the path that starts single sign-on and only
	// once: a refresh there starts over (seed 004, "refreshing the path would
	// simply retry the SSO process"). The answer to a POST could only be posted again.
	Once bool `yaml:"once"`
	// Customizable reactions take their text from the setting texts, if there.
	Customizable bool `yaml:"customizable"`
	// Code is what the product calls the reason when it passes it on (seed 000).
	Code string `yaml:"code"`
}

// Layout returns the layout with that name.
func (p *Profile) Layout(name string) (Layout, bool) {
	i := slices.IndexFunc(p.Layouts, func(l Layout) bool { return l.Name == name })
	if i < 0 {
		return Layout{}, false
	}
	return p.Layouts[i], true
}

// Reaction returns what visitors of the layout see for r. Every loaded profile
// has one for each reason of its roads; for a reason of another road it
// returns the zero Reaction.
func (p *Profile) Reaction(layout string, r reason.Reason) Reaction {
	for _, reaction := range p.Reactions {
		if reaction.in(layout) && slices.Contains(reaction.For, r) {
			return reaction
		}
	}
	return Reaction{}
}

// Worded returns the reaction's text in that wording.
func (p *Profile) Worded(r Reaction, wording string) string {
	if text, ok := p.Wordings[wording][r.Name]; ok {
		return text
	}
	return r.Text
}

func (r Reaction) in(layout string) bool {
	return len(r.Layouts) == 0 || slices.Contains(r.Layouts, layout)
}

// Roads returns the kinds of sign-on that the profile's groups name.
func (p *Profile) Roads() reason.Road {
	var roads reason.Road
	for _, g := range p.Groups {
		roads |= groups[g]
	}
	return roads
}

// groups are the groups a profile may be in, with the reasons they bring.
var groups = map[string]reason.Road{"saml": reason.SAML, "legacy": reason.Legacy}

// Template returns the template of a page, to be executed with what package sp
// gives every page; nil when the profile has none of that name.
func (p *Profile) Template(page string) *template.Template { return p.templates[page] }
