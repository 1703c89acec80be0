package suites_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/ssoproof/ssoproof/"

// mayImport is the drawing of the house: who may import which packages of
// ours. A trailing /... admits everything below. Tests may import more,
// except across the wall between the two parties.
var mayImport = map[string][]string{
	"fixtures":            {},
	"mockidp":             {"mockidp/fault", "mockidp/response"},
	"mockidp/response":    {"mockidp/fault"},
	"mockidp/fault":       {},
	"mockidp/origin":      {},
	"sp":                  {"sp/..."},
	"sp/reason":           {},
	"sp/validate":         {"sp/reason", "sp/validate/internal/..."},
	"sp/validate/...":     {"sp/validate/internal/..."},
	"sp/profile":          {"sp/reason"},
	"sp/account":          {},
	"sp/session":          {"sp/account"},
	"sp/feature":          {"sp/profile", "sp/account", "sp/session", "sp/reason"},
	"sp/feature/authwall": {"sp/feature", "sp/feature/relaystate", "sp/profile", "sp/account", "sp/session", "sp/reason"},
	"sp/feature/...":      {"sp/feature", "sp/profile", "sp/account", "sp/session", "sp/reason"},
	"suites/scenario":     {},
	"suites/trace":        {},
	"suites/browser":      {},
	"suites/check":        {"suites/trace", "mockidp/fault", "sp/reason"},
	"suites/lab":          {"mockidp", "mockidp/fault", "mockidp/response", "mockidp/origin", "sp", "sp/account", "sp/profile", "sp/reason", "sp/validate", "suites/browser", "suites/scenario", "suites/trace"},
	"suites/flow":         {"suites/lab", "suites/browser", "suites/trace", "mockidp/fault"},
	"suites/plan":         {"mockidp/fault", "sp/profile", "sp/reason", "suites/check", "suites/flow", "suites/scenario"},
	"suites/report":       {"suites/trace"},
	"suites/opinion":      {},
	"suites/conformance":  {"suites/...", "mockidp/fault", "mockidp/response", "sp/profile", "sp/reason", "sp/validate", "fixtures"},
	"suites/bench":        {"mockidp", "mockidp/response", "sp/validate", "suites/browser", "suites/conformance", "suites/lab", "suites/plan", "suites/report", "suites/scenario"},
	"suites/mutant":       {"sp", "sp/profile", "sp/reason", "sp/validate", "suites/check", "suites/flow", "suites/plan", "suites/report", "suites/scenario", "suites/trace"},
	"suites/interop":      {},
	"suites/capture":      {"sp/validate", "suites/scenario"},
	"cmd/ssoproof":        {"..."},
}

// onlyImporter names the packages that alone may touch a library.
var onlyImporter = map[string]string{
	"github.com/chromedp/":    "suites/browser",
	"github.com/onsi/ginkgo/": "suites/conformance",
}

func TestImports(t *testing.T) {
	t.Parallel()
	seen := 0
	err := filepath.WalkDir("..", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(file, ".go") {
			return err
		}
		seen++
		checkFile(t, filepath.ToSlash(strings.TrimPrefix(file, ".."+string(filepath.Separator))))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 50 {
		t.Fatalf("only %d Go files seen: the walk is in the wrong place", seen)
	}
}

func checkFile(t *testing.T, file string) {
	src, err := os.ReadFile(filepath.Join("..", file))
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := parser.ParseFile(token.NewFileSet(), file, src, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	pkg, test := path.Dir(file), strings.HasSuffix(file, "_test.go")
	for _, spec := range parsed.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value)
		for prefix, only := range onlyImporter {
			if strings.HasPrefix(imported, prefix) && pkg != only {
				t.Errorf("%s imports %s: only %s may", file, imported, only)
			}
		}
		ours, isOurs := strings.CutPrefix(imported, module)
		if !isOurs || ours == pkg {
			continue
		}
		if !allowed(pkg, ours, test) {
			t.Errorf("%s imports %s: %s may import only %v", file, ours, pkg, rule(pkg))
		}
	}
}

func allowed(pkg, imported string, test bool) bool {
	if wall(pkg, "mockidp", "sp", imported) || wall(pkg, "sp", "mockidp", imported) {
		return false
	}
	if test {
		return true
	}
	return slices.ContainsFunc(rule(pkg), func(pattern string) bool { return matches(pattern, imported) })
}

// wall reports an import from below one party into the other party, the suites or the fixtures.
func wall(pkg, from, to, imported string) bool {
	if !matches(from+"/...", pkg) {
		return false
	}
	return matches(to+"/...", imported) || matches("suites/...", imported) || matches("fixtures/...", imported)
}

func rule(pkg string) []string {
	if r, ok := mayImport[pkg]; ok {
		return r
	}
	for pattern, r := range mayImport {
		if strings.HasSuffix(pattern, "/...") && matches(pattern, pkg) {
			return r
		}
	}
	return nil
}

func matches(pattern, pkg string) bool {
	prefix, open := strings.CutSuffix(pattern, "...")
	if !open {
		return pattern == pkg
	}
	return strings.HasPrefix(pkg+"/", prefix)
}
