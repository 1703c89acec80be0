package profile

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/ssoproof/ssoproof/sp/reason"
)

// reactions reads the reactions in the order of the file and checks that each
// layout has exactly one for every reason of the profile's roads.
func (l *loader) reactions(node *yaml.Node) {
	lines := map[string]int{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		name, value := node.Content[i], node.Content[i+1]
		r := Reaction{Name: name.Value}
		l.errs = append(l.errs, Decode(value, &r, l.file)...)
		lines[r.Name] = name.Line
		for _, item := range key(value, "for").Content {
			l.reason(item)
		}
		for _, item := range key(value, "layouts").Content {
			if _, ok := l.p.Layout(item.Value); !ok {
				l.complain(item.Line, "", "the profile has no layout %q", item.Value)
			}
		}
		l.template(name.Line, r.Page)
		l.status(name.Line, r)
		l.p.Reactions = append(l.p.Reactions, r)
	}
	for _, layout := range l.p.Layouts {
		l.total(layout.Name, node.Line, lines)
	}
}

// wordings complains about texts for reactions that there are not.
func (l *loader) wordings(node *yaml.Node) {
	var names []string
	for _, r := range l.p.Reactions {
		names = append(names, r.Name)
	}
	for i := 1; i < len(node.Content); i += 2 {
		for j := 0; j+1 < len(node.Content[i].Content); j += 2 {
			if name := node.Content[i].Content[j]; !slices.Contains(names, name.Value) {
				l.complain(name.Line, nearest(name.Value, names), "the profile has no reaction %q", name.Value)
			}
		}
	}
}

func (l *loader) status(line int, r Reaction) {
	if r.Status != 0 && (r.Status < 200 || r.Status > 599) {
		l.complain(line, "", "status %d is no HTTP status", r.Status)
	}
	if r.Redirect != "" && !strings.HasPrefix(r.Redirect, "/") {
		l.complain(line, "", "redirect %q does not start with a slash", r.Redirect)
	}
}

// total complains about reasons that a layout has no reaction for, or two.
func (l *loader) total(layout string, line int, lines map[string]int) {
	where := ""
	if layout != "" {
		where = " in layout " + layout
	}
	var missing []string
	for _, entry := range reason.All() {
		if entry.Roads&l.p.Roads() == 0 {
			continue
		}
		var names []string
		for _, r := range l.p.Reactions {
			if r.in(layout) && slices.Contains(r.For, entry.Reason) {
				names = append(names, r.Name)
			}
		}
		if len(names) == 0 {
			missing = append(missing, string(entry.Reason))
		}
		if len(names) > 1 {
			l.complain(lines[names[1]], "", "reason %q has two reactions%s: %s", entry.Reason, where, strings.Join(names, ", "))
		}
	}
	if len(missing) > 0 {
		l.complain(line, "", "no reaction%s for: %s", where, strings.Join(missing, ", "))
	}
}
