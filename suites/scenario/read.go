package scenario

import (
	"slices"
	"time"

	"go.yaml.in/yaml/v3"
)

var (
	playKeys     = []string{"flow", "person", "setup", "wrong", "faults", "expect"}
	scenarioKeys = append([]string{"name", "title", "ref", "profiles", "layouts", "on"}, playKeys...)
	setupKeys    = []string{"sp", "idp", "origin", "neighbour", "clock", "browser"}
	overrideKeys = append([]string{"instead"}, playKeys...)
	clockParties = []string{"idp", "sp", "origin"}
)

func (l *loader) scenario(n *yaml.Node, family string) *Scenario {
	fields := l.fields(n, "scenario", scenarioKeys...)
	if fields == nil {
		return nil
	}
	s := &Scenario{Family: family, Pos: l.at(n)}
	s.Name = l.name(fields["name"], n, "name")
	s.Title = l.needed(fields["title"], n, "title")
	s.Ref = l.scalar(fields["ref"])
	s.Profiles = l.bareWords(fields["profiles"])
	s.Layouts = l.bareWords(fields["layouts"])
	s.Play = l.play(fields)
	for _, need := range []string{"profiles", "flow", "expect"} {
		if fields[need] == nil {
			l.problem(s.Pos, need, `"`+need+`" is missing`, "")
		}
	}
	if fields["profiles"] != nil && len(s.Profiles) == 0 {
		l.problem(l.at(fields["profiles"]), "profiles", "no profile is named", "saml, legacy and all are groups of them")
	}
	if fields["expect"] != nil && len(s.Expect) == 0 {
		l.problem(l.at(fields["expect"]), "expect", "nothing is expected, so nothing could fail", "")
	}
	for _, p := range l.pairs(fields["on"], "on") {
		s.On = append(s.On, l.override(p))
	}
	return s
}

func (l *loader) override(p pair) Override {
	o := Override{Target: Word{Name: p.key.Value, Pos: l.at(p.key)}}
	fields := l.fields(p.value, "override", overrideKeys...)
	o.Play = l.play(fields)
	if instead := fields["instead"]; instead != nil {
		o.Instead = true
		if fields["expect"] != nil {
			l.problem(l.at(instead), "instead", `"expect" and "instead" exclude each other`, "expect adds to the checks, instead replaces them")
		}
		o.Expect = l.words(instead, "check")
		if len(o.Expect) == 0 {
			l.problem(l.at(instead), "instead", "nothing is expected, so nothing could fail", "")
		}
	}
	return o
}

func (l *loader) play(fields map[string]*yaml.Node) Play {
	var p Play
	if n := fields["flow"]; n != nil {
		if words := l.words(n, "flow"); len(words) == 1 {
			p.Flow = words[0]
		} else {
			l.problem(l.at(n), "flow", "exactly one flow is wanted", "")
		}
	}
	if n := fields["person"]; n != nil {
		p.Person = Word{Name: l.scalar(n), Pos: l.at(n)}
	}
	p.Setup = l.setup(fields["setup"], "setup", append([]string{"visitor"}, setupKeys...))
	if n := fields["wrong"]; n != nil {
		wrong := l.setup(n, "wrong", setupKeys)
		p.Wrong = &wrong
	}
	if n := fields["faults"]; n != nil {
		p.Faults = append([]Word{}, l.words(n, "fault")...)
	}
	p.Expect = l.words(fields["expect"], "check")
	l.repeated(p.Expect, "check")
	return p
}

func (l *loader) repeated(words []Word, what string) {
	for i, w := range words {
		if slices.ContainsFunc(words[:i], func(v Word) bool { return v.Name == w.Name }) {
			l.problem(w.Pos, w.Name, what+` "`+w.Name+`" stands twice`, "")
		}
	}
}

func (l *loader) setup(n *yaml.Node, what string, keys []string) Setup {
	fields := l.fields(n, what, keys...)
	s := Setup{SP: l.mapping(fields["sp"], "sp"), IdP: l.mapping(fields["idp"], "idp"), Origin: l.mapping(fields["origin"], "origin")}
	s.Neighbour = l.mapping(fields["neighbour"], "neighbour")
	s.Browser = l.browser(fields["browser"])
	s.Visitor = l.visitor(fields["visitor"])
	for _, p := range l.pairs(fields["clock"], "clock") {
		if !slices.Contains(clockParties, p.key.Value) {
			l.problems = append(l.problems, Unknown(l.at(p.key), "nobody has a clock named", p.key.Value, clockParties))
			continue
		}
		offset, err := time.ParseDuration(l.scalar(p.value))
		if err != nil {
			l.problem(l.at(p.value), p.value.Value, `"`+p.value.Value+`" is no duration`, "write -5m, 90s or 0s")
			continue
		}
		if s.Clock == nil {
			s.Clock = map[string]time.Duration{}
		}
		s.Clock[p.key.Value] = offset
	}
	return s
}

func (l *loader) visitor(n *yaml.Node) string {
	who := l.scalar(n)
	if words := []string{Returning, New}; n != nil && !slices.Contains(words, who) {
		l.problems = append(l.problems, Unknown(l.at(n), "a visitor is", who, words))
		return ""
	}
	return who
}

func (l *loader) browser(n *yaml.Node) Browser {
	fields := l.fields(n, "browser", "cookies", "javascript")
	return Browser{
		CookiesBlocked: l.changed(fields["cookies"], "cookies", "blocked"),
		JavaScriptOff:  l.changed(fields["javascript"], "javascript", "off"),
	}
}

// changed tells whether a setting of the browser is there; it can have one
// value only.
func (l *loader) changed(n *yaml.Node, name, value string) bool {
	if absent(n) {
		return false
	}
	if given := l.scalar(n); given != value {
		l.problem(l.at(n), given, name+` cannot be "`+given+`"`, "write "+name+": "+value)
	}
	return true
}
