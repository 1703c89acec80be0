package scenario

import (
	"regexp"
	"slices"

	"go.yaml.in/yaml/v3"
)

// reader walks YAML nodes and collects what is wrong with them. Its methods
// take nil for what is absent and return the zero value for what is wrong, so
// that reading goes on and finds the rest.
type reader struct {
	filename string
	problems Problems
}

type pair struct{ key, value *yaml.Node }

func (r *reader) at(n *yaml.Node) Pos { return Pos{r.filename, n.Line} }

func (r *reader) problem(pos Pos, word, text, hint string) {
	r.problems = append(r.problems, Problem{Pos: pos, Word: word, Text: text, Hint: hint})
}

// plain refuses aliases anywhere: a file is read as it stands, and cannot
// grow when it is.
func (r *reader) plain(n *yaml.Node) bool {
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		r.problem(r.at(n), n.Value, "anchors and aliases are not understood", "write it out")
		return false
	}
	for _, c := range n.Content {
		if !r.plain(c) {
			return false
		}
	}
	return true
}

// pairs returns a mapping's entries in order; a key that stands twice is kept once.
func (r *reader) pairs(n *yaml.Node, what string) []pair {
	if absent(n) {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		r.problem(r.at(n), n.Value, "a "+what+" is a map of keys and values", "")
		return nil
	}
	var out []pair
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if slices.ContainsFunc(out, func(p pair) bool { return p.key.Value == key.Value }) {
			r.problem(r.at(key), key.Value, `key "`+key.Value+`" stands twice`, "")
			continue
		}
		out = append(out, pair{key, value})
	}
	return out
}

// fields returns a mapping's values by key and refuses every other key.
func (r *reader) fields(n *yaml.Node, what string, known ...string) map[string]*yaml.Node {
	if absent(n) {
		return nil
	}
	out := map[string]*yaml.Node{}
	for _, p := range r.pairs(n, what) {
		if !slices.Contains(known, p.key.Value) {
			r.problems = append(r.problems, Unknown(r.at(p.key), "a "+what+" has no key", p.key.Value, known))
			continue
		}
		out[p.key.Value] = p.value
	}
	return out
}

func (r *reader) mapping(n *yaml.Node, what string) *yaml.Node {
	if absent(n) {
		return nil
	}
	r.pairs(n, what)
	return n
}

func (r *reader) sequence(n, parent *yaml.Node, what string) []*yaml.Node {
	if n == nil {
		r.problem(r.at(parent), what, `"`+what+`" is missing`, "")
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		r.problem(r.at(n), n.Value, what+" is a list", "")
		return nil
	}
	return n.Content
}

func (r *reader) scalar(n *yaml.Node) string {
	if absent(n) {
		return ""
	}
	if n.Kind != yaml.ScalarNode {
		r.problem(r.at(n), "", "one plain value is wanted here", "")
		return ""
	}
	return n.Value
}

func (r *reader) needed(n, parent *yaml.Node, key string) string {
	value := r.scalar(n)
	if value == "" && (absent(n) || n.Kind == yaml.ScalarNode) {
		r.problem(r.at(parent), key, `"`+key+`" is missing`, "")
	}
	return value
}

var kebab = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func (r *reader) name(n, parent *yaml.Node, key string) string {
	value := r.needed(n, parent, key)
	if value != "" && !kebab.MatchString(value) {
		r.problem(r.at(n), value, `"`+value+`" is no `+key, "small letters, digits and hyphens, such as wrong-key")
		return ""
	}
	return value
}

func absent(n *yaml.Node) bool {
	return n == nil || n.Kind == yaml.ScalarNode && n.Tag == "!!null"
}
