package report

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestReadGivesBackWhatWasWritten(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	run := sample()
	if err := run.Write(dir); err != nil {
		t.Fatal(err)
	}
	got, err := Read(filepath.Join(dir, JSONFile))
	if err != nil {
		t.Fatal(err)
	}
	run.Version = Version
	if !reflect.DeepEqual(got, run) {
		t.Errorf("read something else than was written:\n got %+v\nwant %+v", got, run)
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"no JSON", "{\n\"version\": 1,\n!", "report.json:3: not a report"},
		{"no report", `[]`, "report.json:1: not a report"},
		{"no version", `{"cases":[]}`, "version 0 of report.json is unknown, this ssoproof reads 1 to 1"},
		{"newer version", `{"version":2}`, "version 2 of report.json is unknown"},
		{"wrong kind", "{\"version\":1,\n\"cases\":{}}", "report.json:2: "},
		{"unknown verdict", `{"version":1,"cases":[{"id":"a/b@c","verdict":"passed"}]}`, `case a/b@c: no verdict "passed", it must be one of [broken fail`},
		{"twice", `{"version":1,"cases":[{"id":"a","verdict":"pass"},{"id":"a","verdict":"pass"},{"verdict":"pass"}]}`, "case a stands twice\n"},
		{"no id", `{"version":1,"cases":[{"verdict":"pass"}]}`, "case 1 has no id"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), JSONFile)
			if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := Read(path)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("got %v\nwant …%s… with the path", err, c.want)
			}
		})
	}
	if _, err := Read(filepath.Join(t.TempDir(), "none.json")); err == nil || !strings.Contains(err.Error(), "none.json") {
		t.Errorf("a missing file gave %v", err)
	}
}

// The package comment describes every field of report.json, and no other.
func TestDocumentationIsComplete(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	var documented []string
	for _, line := range regexp.MustCompile(`(?m)^//\t(\S+) +\S`).FindAllSubmatch(source, -1) {
		documented = append(documented, string(line[1]))
	}
	fields := fieldPaths(reflect.TypeFor[Run](), "")
	for _, f := range fields {
		if !slices.Contains(documented, f) {
			t.Errorf("doc.go does not describe %s", f)
		}
	}
	for _, d := range documented {
		if !slices.Contains(fields, d) {
			t.Errorf("doc.go describes %s, which does not exist", d)
		}
	}
	if want := fmt.Sprintf("version %d\n", Version); !strings.Contains(string(source), want) {
		t.Errorf("doc.go does not describe %s", want)
	}
}

func fieldPaths(t reflect.Type, prefix string) []string {
	var paths []string
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		path, inner := prefix+name, f.Type
		if name == "" {
			path += "(" + f.Name + " has no json tag)"
		}
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		if inner.Kind() == reflect.Slice && inner.Elem().Kind() != reflect.Uint8 {
			path, inner = path+"[]", inner.Elem()
		}
		paths = append(paths, path)
		if inner.Kind() == reflect.Struct && inner != reflect.TypeFor[time.Time]() {
			paths = append(paths, fieldPaths(inner, path+".")...)
		}
	}
	return paths
}
