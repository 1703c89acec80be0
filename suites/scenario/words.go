package scenario

import "go.yaml.in/yaml/v3"

// words reads names with their arguments: a bare name, a map from names to
// arguments, or a list of these.
func (r *reader) words(n *yaml.Node, what string) []Word {
	if absent(n) {
		return nil
	}
	switch n.Kind {
	case yaml.ScalarNode:
		return []Word{{Name: n.Value, Pos: r.at(n)}}
	case yaml.MappingNode:
		var out []Word
		for _, p := range r.pairs(n, what) {
			out = append(out, r.word(p))
		}
		return out
	}
	var out []Word
	for _, item := range n.Content {
		if item.Kind == yaml.SequenceNode || absent(item) {
			r.problem(r.at(item), item.Value, "a "+what+" is a name, or a name with its arguments", "")
			continue
		}
		out = append(out, r.words(item, what)...)
	}
	return out
}

func (r *reader) word(p pair) Word {
	w := Word{Name: p.key.Value, Pos: r.at(p.key)}
	if absent(p.value) {
		return w
	}
	w.Args, w.lines = map[string]string{}, map[string]int{}
	switch p.value.Kind {
	case yaml.ScalarNode:
		w.Args[""] = p.value.Value
		w.lines[""] = p.value.Line
	case yaml.SequenceNode:
		w.List = []string{}
		for _, item := range p.value.Content {
			w.List = append(w.List, r.scalar(item))
		}
	default:
		for _, arg := range r.pairs(p.value, "argument") {
			w.Args[arg.key.Value] = r.scalar(arg.value)
			w.lines[arg.key.Value] = arg.key.Line
		}
	}
	return w
}

// bareWords reads names without arguments, one or a list.
func (r *reader) bareWords(n *yaml.Node) []Word {
	if absent(n) {
		return nil
	}
	items := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		items = n.Content
	}
	var out []Word
	for _, item := range items {
		if name := r.scalar(item); name != "" {
			out = append(out, Word{Name: name, Pos: r.at(item)})
		}
	}
	return out
}
