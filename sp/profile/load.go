package profile

import (
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/ssoproof/ssoproof/sp/reason"
)

// builtin holds the profiles that come with the program, and in templates what
// every profile has that brings no other: pages by the same name, and "style",
// which its layout may lay under its own.
//
//go:embed all:profiles templates
var builtin embed.FS

// Builtin returns the profiles that come with the program, by name.
func Builtin() ([]*Profile, error) {
	folders, err := fs.ReadDir(builtin, "profiles")
	if err != nil {
		return nil, fmt.Errorf("listing the built-in profiles: %w", err)
	}
	var profiles []*Profile
	var errs []error
	for _, folder := range folders {
		p, err := Load(builtin, path.Join("profiles", folder.Name()))
		if err != nil {
			errs = append(errs, err)
			continue
		}
		profiles = append(profiles, p)
	}
	return profiles, errors.Join(errs...)
}

// LoadFile reads a profile from disk: its folder, or the profile.yaml in it.
func LoadFile(name string) (*Profile, error) {
	if info, err := os.Stat(name); err != nil {
		return nil, fmt.Errorf("reading profile: %w", err)
	} else if !info.IsDir() {
		name = filepath.Dir(name)
	}
	folder, err := filepath.Abs(name)
	if err != nil {
		return nil, fmt.Errorf("reading profile %s: %w", name, err)
	}
	return Load(os.DirFS(filepath.Dir(folder)), filepath.Base(folder))
}

// Load reads the profile in the folder that dir names within fsys. The error
// joins every Problem found, not only the first.
func Load(fsys fs.FS, dir string) (*Profile, error) {
	file := path.Join(dir, "profile.yaml")
	raw, err := fs.ReadFile(fsys, file)
	if err != nil {
		return nil, fmt.Errorf("reading profile: %w", err)
	}
	sub, err := fs.Sub(fsys, dir)
	if err != nil {
		return nil, fmt.Errorf("reading profile %s: %w", dir, err)
	}
	var root yaml.Node
	if err := yaml.Unmarshal(raw, &root); err != nil {
		return nil, problem(strings.TrimPrefix(err.Error(), "yaml: "), file)
	}
	if len(root.Content) == 0 {
		return nil, Problem{File: file, Text: "the file is empty"}
	}
	l := loader{p: &Profile{FS: sub, file: file}, file: file}
	l.load(root.Content[0])
	if l.p.Name != "" && l.p.Name != path.Base(dir) {
		l.complain(1, "", "profile %q is in folder %q; they must have one name", l.p.Name, path.Base(dir))
	}
	if len(l.errs) > 0 {
		return nil, errors.Join(l.errs...)
	}
	return l.p, nil
}

// document is profile.yaml.
type document struct {
	Name       string          `yaml:"name"`
	Product    string          `yaml:"product"`
	Summary    string          `yaml:"summary"`
	Sources    []string        `yaml:"sources"`
	Groups     []string        `yaml:"groups" words:"saml legacy"`
	Features   []string        `yaml:"features"`
	Settings   yaml.Node       `yaml:"settings"`
	Layouts    yaml.Node       `yaml:"layouts"`
	Pages      []Page          `yaml:"pages"`
	Precedence []reason.Reason `yaml:"precedence"`
	Reactions  yaml.Node       `yaml:"reactions"`

	Wordings map[string]map[string]string `yaml:"wordings"`
	IdP      yaml.Node                    `yaml:"idp"`
}

// loader collects the problems of one profile while it is read.
type loader struct {
	p    *Profile
	file string
	errs []error
}

func (l *loader) complain(line int, hint, format string, args ...any) {
	l.errs = append(l.errs, Problem{l.file, line, fmt.Sprintf(format, args...), hint})
}

func (l *loader) load(root *yaml.Node) {
	var d document
	l.errs = append(l.errs, Decode(root, &d, l.file)...)
	p := l.p
	p.Name, p.Product, p.Summary, p.Sources = d.Name, d.Product, d.Summary, d.Sources
	p.Groups, p.Features, p.Pages, p.Precedence = d.Groups, d.Features, d.Pages, d.Precedence
	p.IdP, p.base, p.Wordings = d.IdP, d.Settings, d.Wordings
	for key, value := range map[string]string{"name": p.Name, "product": p.Product, "summary": p.Summary} {
		if value == "" {
			l.complain(1, "", "the key %q is missing", key)
		}
	}
	if p.Roads() == 0 {
		l.complain(1, "", "the key \"groups\" names neither saml nor legacy")
	}
	l.layouts(&d.Layouts)
	l.templates()
	l.settings()
	l.precedence(key(root, "precedence"))
	l.pages(key(root, "pages"))
	l.reactions(&d.Reactions)
	l.wordings(key(root, "wordings"))
}

// key returns the value under a key of a mapping, or the zero Node.
func key(node *yaml.Node, name string) *yaml.Node {
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == name {
			return node.Content[i+1]
		}
	}
	return &yaml.Node{}
}

func (l *loader) layouts(node *yaml.Node) {
	for i := 0; i+1 < len(node.Content); i += 2 {
		l.p.Layouts = append(l.p.Layouts, Layout{node.Content[i].Value, *node.Content[i+1]})
	}
	if len(l.p.Layouts) == 0 {
		l.p.Layouts = []Layout{{}}
	}
}

// settings decodes each layout once, so that no layout fails only when used.
func (l *loader) settings() {
	seen := map[string]bool{}
	for i, layout := range l.p.Layouts {
		s, errs := l.p.With(layout.Name)
		for _, err := range errs {
			if !seen[err.Error()] {
				seen[err.Error()] = true
				l.errs = append(l.errs, located(err, l.file, l.p.base.Line))
			}
		}
		if i == 0 {
			l.p.Settings = s
		}
		if s.Paths.Login != "" {
			l.template(l.p.base.Line, "login")
		}
	}
}

// located gives a Problem without a place that of the settings.
func located(err error, file string, line int) error {
	if p, ok := err.(Problem); ok && p.File == "" {
		p.File, p.Line = file, line
		return p
	}
	return err
}

func (l *loader) precedence(node *yaml.Node) {
	for _, item := range node.Content {
		l.reason(item)
	}
}

// reason complains about a word that is no reason, or one of another road.
func (l *loader) reason(node *yaml.Node) {
	var words []string
	for _, entry := range reason.All() {
		if entry.Roads&l.p.Roads() == 0 {
			continue
		}
		words = append(words, string(entry.Reason))
	}
	if !slices.Contains(words, node.Value) {
		l.complain(node.Line, nearest(node.Value, words), "%q is no reason of this profile", node.Value)
	}
}

func (l *loader) templates() {
	l.p.templates = map[string]*template.Template{}
	from := map[string]fs.FS{}
	for _, folder := range []fs.FS{builtin, l.p.FS} {
		names, _ := fs.Glob(folder, "templates/*.html")
		for _, name := range names {
			from[name] = folder
		}
	}
	for _, name := range slices.Sorted(maps.Keys(from)) {
		page := strings.TrimSuffix(path.Base(name), ".html")
		if page == "layout" || page == "style" {
			continue
		}
		t, err := l.parse(from, "templates/style.html", "templates/layout.html", name)
		if err != nil {
			l.errs = append(l.errs, fmt.Errorf("%s: %w", path.Join(path.Dir(l.file), name), err))
			continue
		}
		l.p.templates[page] = t
	}
}

// parse reads the files into one template, which the layout begins.
func (l *loader) parse(from map[string]fs.FS, names ...string) (*template.Template, error) {
	t := template.New("layout.html")
	for _, name := range names {
		folder := from[name]
		if folder == nil {
			folder = l.p.FS
		}
		if _, err := t.ParseFS(folder, name); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// template complains about a page that has no template.
func (l *loader) template(line int, page string) {
	if l.p.templates[page] != nil {
		return
	}
	var names []string
	for name := range l.p.templates {
		names = append(names, name)
	}
	slices.Sort(names)
	l.complain(line, nearest(page, names), "there is no templates/%s.html", page)
}

func (l *loader) pages(node *yaml.Node) {
	for i, page := range l.p.Pages {
		line := node.Content[i].Line
		l.template(line, page.Template)
		if !strings.HasPrefix(page.Path, "/") {
			l.complain(line, "", "path %q does not start with a slash", page.Path)
		}
		if len(page.Items) > 0 && !strings.HasSuffix(page.Path, "/{item}") {
			l.complain(line, "", "path %q has items but does not end in {item}", page.Path)
		}
	}
}
