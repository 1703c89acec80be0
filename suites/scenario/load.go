package scenario

import (
	"errors"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Load reads every .yaml and .yml file at and below root ("." for all of
// fsys); the files may have any name. The error is Problems: everything that
// is wrong in any of them, and no scenario is returned with it. To read
// nothing at all is an error. Beside the scenarios it returns what their files
// leave out; whether that is so is for CheckLeftOut to say.
func Load(fsys fs.FS, root string) ([]*Scenario, []LeftOut, error) {
	l := &loader{seen: map[string]Pos{}}
	files := 0
	err := fs.WalkDir(fsys, root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			l.problem(Pos{File: name}, "", "cannot be read: "+cause(err), "")
			if d != nil && d.IsDir() {
				return fs.SkipDir
			}
		case !d.IsDir() && slices.Contains([]string{".yaml", ".yml"}, path.Ext(name)):
			files++
			l.file(fsys, name)
		}
		return nil
	})
	if err != nil {
		l.problem(Pos{File: root}, "", "cannot be read: "+cause(err), "")
	}
	if len(l.problems) == 0 && len(l.scenarios) == 0 {
		l.problem(Pos{File: root}, "", "holds no scenario", "scenarios are read from .yaml files")
	}
	if err := l.problems.Err(); err != nil {
		return nil, nil, err
	}
	slices.SortFunc(l.scenarios, func(a, b *Scenario) int { return strings.Compare(a.ID(), b.ID()) })
	return l.scenarios, l.left, nil
}

type loader struct {
	reader
	scenarios []*Scenario
	left      []LeftOut
	seen      map[string]Pos
}

func (l *loader) file(fsys fs.FS, name string) {
	top := l.open(fsys, name)
	if top == nil {
		return
	}
	fields := l.fields(top, "file", "family", "scenarios", "left-out")
	family := l.name(fields["family"], top, "family")
	entries := l.sequence(fields["scenarios"], top, "scenarios")
	if len(entries) == 0 && fields["scenarios"] != nil && fields["scenarios"].Kind == yaml.SequenceNode {
		l.problem(l.at(fields["scenarios"]), "", "the list of scenarios is empty", "")
	}
	for _, entry := range entries {
		if s := l.scenario(entry, family); s != nil {
			l.add(s)
		}
	}
	l.leaveOut(l.pairs(fields["left-out"], "left-out"), family)
}

func (l *loader) add(s *Scenario) {
	if s.Family == "" || s.Name == "" {
		return
	}
	if first, twice := l.seen[s.ID()]; twice {
		l.problem(s.Pos, s.ID(), `scenario "`+s.ID()+`" exists already`, "the first is at "+first.String())
		return
	}
	l.seen[s.ID()] = s.Pos
	l.scenarios = append(l.scenarios, s)
}

// open reads one file into its top node, nil when there is none.
func (r *reader) open(fsys fs.FS, name string) *yaml.Node {
	r.filename = name
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		r.problem(Pos{File: name}, "", "cannot be read: "+cause(err), "")
		return nil
	}
	decoder := yaml.NewDecoder(strings.NewReader(string(data)))
	var doc, second yaml.Node
	if err := decoder.Decode(&doc); err != nil {
		r.problem(Pos{name, lineOf(err)}, "", "is not YAML: "+cause(err), "")
		return nil
	}
	if err := decoder.Decode(&second); err == nil {
		r.problem(Pos{name, second.Line}, "---", "holds a second document", "one file is one family")
		return nil
	}
	if !r.plain(&doc) || len(doc.Content) == 0 {
		return nil
	}
	return doc.Content[0]
}

var yamlLine = regexp.MustCompile(`line (\d+): ?`)

func lineOf(err error) int {
	if found := yamlLine.FindStringSubmatch(err.Error()); found != nil {
		line, _ := strconv.Atoi(found[1])
		return line
	}
	return 0
}

func cause(err error) string {
	var on *fs.PathError
	if errors.As(err, &on) {
		err = on.Err
	}
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	if text == "EOF" {
		return "it is empty"
	}
	return yamlLine.ReplaceAllString(text, "")
}
