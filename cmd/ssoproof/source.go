package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/ssoproof/ssoproof/fixtures"
	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/sp/profile"
	"github.com/ssoproof/ssoproof/suites/check"
	"github.com/ssoproof/ssoproof/suites/flow"
	"github.com/ssoproof/ssoproof/suites/lab"
	"github.com/ssoproof/ssoproof/suites/plan"
	"github.com/ssoproof/ssoproof/suites/scenario"
)

// source says where scenarios, and profiles beyond the built-in ones, come from.
type source struct{ dir, profiles string }

func sourceFlags(flags *flagSet) *source {
	s := &source{}
	flags.StringVar(&s.profiles, "profile-file", "", "folders (or profile.yaml files) of further products, separated by commas")
	flags.StringVar(&s.dir, "scenarios", "", "folder of scenario files to use in place of those built in")
	return s
}

// vocabulary is everything that has a name.
type vocabulary struct {
	scenarios []*scenario.Scenario
	left      []scenario.LeftOut
	topics    []scenario.Topic
	people    []scenario.Person
	profiles  []*profile.Profile
	faults    []fault.Fault
	flows     []flow.Flow
	checks    []check.Check
	dir       string // of the scenarios, "" for those built in
	files     string // of further profiles
}

// builtIn is how positions in the built-in files are named: as in the repository.
const builtIn = "fixtures"

func (s *source) vocabulary() (*vocabulary, error) {
	v := &vocabulary{faults: fault.Catalogue(), flows: flow.Catalogue(), checks: check.Catalogue(), dir: s.dir}
	var fsys fs.FS = under{builtIn, fixtures.FS}
	var err error
	if v.people, err = scenario.People(fsys, builtIn+"/people.yaml"); err != nil {
		return nil, err
	}
	if v.profiles, err = profile.Builtin(); err != nil {
		return nil, fmt.Errorf("loading the built-in profiles: %w", err)
	}
	v.files = s.profiles
	files, err := split("--profile-file", s.profiles)
	if err != nil {
		return nil, err
	}
	for _, name := range files {
		p, bad := loadProfile(name, v.profiles)
		if bad != nil {
			err = errors.Join(err, bad)
			continue
		}
		v.profiles = append(v.profiles, p)
	}
	if err != nil {
		return nil, err
	}
	root := builtIn + "/scenarios"
	if s.dir != "" {
		fsys, root = disk{}, filepath.ToSlash(filepath.Clean(s.dir))
	}
	if v.topics, err = scenario.Topics(fixtures.FS, fixtures.Catalogue); err != nil {
		return nil, err
	}
	if v.scenarios, v.left, err = scenario.Load(fsys, root); err != nil {
		return nil, err
	}
	return v, scenario.CheckLeftOut(v.topics, v.scenarios, v.left)
}

// selection narrows a plan.
type selection struct{ profiles, skip, knownFailing, shard string }

func (s *selection) define(flags *flagSet) {
	flags.StringVar(&s.profiles, "profile", "", "profiles to play, separated by commas")
	flags.StringVar(&s.skip, "skip", "", "patterns of cases not to play, separated by commas; @FILE reads them from a file")
	flags.StringVar(&s.knownFailing, "known-failing", "", "file of patterns of cases that must fail; one that passes is a failure")
	flags.StringVar(&s.shard, "shard", "", "K/N: play the K-th of N equal parts")
}

func (v *vocabulary) plan(patterns []string, s selection) (*plan.Plan, error) {
	var o plan.Options
	var err error
	if o.Patterns, err = expand(patterns); err != nil {
		return nil, err
	}
	if len(patterns) > 0 && len(o.Patterns) == 0 {
		return nil, usageError{strings.Join(patterns, " ") + " holds no pattern", "leave it out to play everything"}
	}
	skip, err := split("--skip", s.skip)
	if err != nil {
		return nil, err
	}
	if o.Skip, err = expand(skip); err != nil {
		return nil, err
	}
	if o.Profiles, err = split("--profile", s.profiles); err != nil {
		return nil, err
	}
	if o.Shard, err = plan.ParseShard(s.shard); err != nil {
		return nil, usageError{"--shard " + err.Error(), ""}
	}
	if s.knownFailing != "" {
		file, err := os.Open(s.knownFailing)
		if err != nil {
			return nil, usageError{fmt.Sprintf("--known-failing: %v", err), ""}
		}
		defer file.Close()
		if o.KnownFailing, err = plan.ReadList(s.knownFailing, file); err != nil {
			return nil, badData(err)
		}
	}
	p, err := plan.New(v.scenarios, v.words(), o)
	if err != nil {
		return nil, badData(err)
	}
	return p, nil
}

func (v *vocabulary) words() plan.Vocabulary {
	words := plan.Vocabulary{Faults: v.faults, Profiles: v.profiles, Checks: v.checks, CheckSetup: checkSetup}
	for _, f := range v.flows {
		words.Flows = append(words.Flows, plan.FlowWord{Name: f.Name, Summary: f.Summary, Params: f.Params})
	}
	for _, p := range v.people {
		words.People = append(words.People, p.Login)
	}
	return words
}

func checkSetup(p *profile.Profile, layout, part string, overlay *yaml.Node) []scenario.Problem {
	var problems []scenario.Problem
	for _, err := range lab.CheckSetup(p, layout, part, overlay) {
		problem := scenario.Problem{Text: err.Error()}
		var one profile.Problem
		if errors.As(err, &one) {
			problem = scenario.Problem{Pos: scenario.Pos{Line: one.Line}, Text: one.Text}
			if one.Hint != "" {
				problem.Hint = fmt.Sprintf("did you mean %q?", one.Hint)
			}
		}
		problems = append(problems, problem)
	}
	return problems
}

// command is the command that plays one case alone.
func (v *vocabulary) command(id string) string {
	command := "ssoproof run '" + id + "'"
	if v.dir != "" {
		command += " --scenarios " + quoted(v.dir)
	}
	if v.files != "" {
		command += " --profile-file " + quoted(v.files)
	}
	return command
}

// asTyped is the program's command with its arguments as a shell takes them.
func asTyped(command string, args []string) string {
	words := []string{"ssoproof", command}
	for _, arg := range args {
		words = append(words, quoted(arg))
	}
	return strings.Join(words, " ")
}

// quoted is a word as a shell takes it.
func quoted(word string) string {
	if word != "" && !strings.ContainsAny(word, " \t\n'\"\\$&;|<>()*?[]#~`") {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// badData makes exit status 2 of errors that say what the user got wrong.
func badData(err error) error {
	if err == nil {
		return nil
	}
	var all []error
	for _, one := range flat(err) {
		var problem scenario.Problem
		if !errors.As(one, &problem) {
			one = usageError{one.Error(), ""}
		}
		all = append(all, one)
	}
	return errors.Join(all...)
}

// split reads a flag's list; one that is given must name something.
func split(flag, list string) ([]string, error) {
	var all []string
	for one := range strings.SplitSeq(list, ",") {
		if one = strings.TrimSpace(one); one != "" {
			all = append(all, one)
		}
	}
	if list != "" && len(all) == 0 {
		return nil, usageError{fmt.Sprintf("%s %q names nothing", flag, list), "leave the flag out where nothing is meant"}
	}
	return all, nil
}

// expand replaces @FILE by the patterns in the file.
func expand(patterns []string) ([]string, error) {
	var all []string
	for _, p := range patterns {
		name, isFile := strings.CutPrefix(p, "@")
		if !isFile {
			all = append(all, p)
			continue
		}
		file, err := os.Open(name)
		if err != nil {
			return nil, usageError{fmt.Sprintf("pattern %s: %v", p, err), "@FILE reads patterns from a file, one a line"}
		}
		entries, err := plan.ReadList(name, file)
		if err := errors.Join(err, file.Close()); err != nil {
			return nil, badData(err)
		}
		for _, e := range entries {
			all = append(all, e.Pattern)
		}
	}
	return all, nil
}

// under is a file system whose names all start with a prefix.
type under struct {
	prefix string
	fsys   fs.FS
}

func (u under) Open(name string) (fs.File, error) {
	rest, ok := strings.CutPrefix(name, u.prefix+"/")
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return u.fsys.Open(rest)
}

// disk is the file system as the user names it, absolute paths included.
type disk struct{}

func (disk) Open(name string) (fs.File, error) { return os.Open(filepath.FromSlash(name)) }
