package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/onsi/gomega"
	"github.com/onsi/gomega/gexec"
)

// limit bounds every wait for the program. Only a program that hangs comes near it.
const limit = 2 * time.Minute

// binary is the program under test, built once.
var binary = sync.OnceValues(func() (string, error) { return gexec.Build("github.com/ssoproof/ssoproof/cmd/ssoproof") })

func TestMain(m *testing.M) {
	status := m.Run()
	gexec.CleanupBuildArtifacts()
	os.Exit(status)
}

// place is one test's folder. The program runs in it, with nothing of the
// caller's environment but the search path, and keeps its temporary files in it.
type place struct {
	*gomega.WithT
	t   *testing.T
	dir string
}

func newPlace(t *testing.T) *place {
	t.Helper()
	return &place{gomega.NewWithT(t), t, t.TempDir()}
}

// start starts the program; it ends with the test at the latest.
func (p *place) start(args ...string) *gexec.Session {
	p.t.Helper()
	path, err := binary()
	p.Expect(err).NotTo(gomega.HaveOccurred())
	command := exec.Command(path, args...)
	command.Dir = p.dir
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + p.dir, "TMPDIR=" + p.dir}
	session, err := gexec.Start(command, nil, nil)
	p.Expect(err).NotTo(gomega.HaveOccurred())
	p.t.Cleanup(func() { <-session.Kill().Exited })
	return session
}

// run runs the program and expects an exit status.
func (p *place) run(status int, args ...string) *gexec.Session {
	p.t.Helper()
	session := p.start(args...)
	p.ends(session, status)
	return session
}

func (p *place) ends(session *gexec.Session, status int) {
	p.t.Helper()
	p.Eventually(session, limit).Should(gexec.Exit())
	p.Expect(session.ExitCode()).To(gomega.Equal(status), "stdout:\n%s\nstderr:\n%s", session.Out.Contents(), session.Err.Contents())
}

// write writes a file into the place.
func (p *place) write(name, content string) {
	p.t.Helper()
	path := filepath.Join(p.dir, name)
	p.Expect(os.MkdirAll(filepath.Dir(path), 0o755)).To(gomega.Succeed())
	p.Expect(os.WriteFile(path, []byte(content), 0o600)).To(gomega.Succeed())
}

// leavesNothing expects that of what the program started no process runs any
// more, and that no folder of a Chrome stays behind.
func (p *place) leavesNothing(started []int) {
	p.t.Helper()
	p.Expect(started).NotTo(gomega.BeEmpty(), "no process was seen")
	p.Eventually(func() (left []string) {
		for _, pid := range started {
			if line, alive := commandLine(pid); alive {
				left = append(left, line)
			}
		}
		return left
	}, limit).Should(gomega.BeEmpty())
	folders, err := filepath.Glob(filepath.Join(p.dir, "chromedp-*"))
	p.Expect(err).NotTo(gomega.HaveOccurred())
	p.Expect(folders).To(gomega.BeEmpty())
}

// commandLine tells what a process is, and whether it is at all; one that
// only waits to be reaped is not.
func commandLine(pid int) (string, bool) {
	line, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "cmdline"))
	return strings.ReplaceAll(string(line), "\x00", " "), err == nil && len(line) > 0
}

// children are the processes that a process has started itself.
func children(pid int) []int {
	threads, _ := filepath.Glob(filepath.Join("/proc", strconv.Itoa(pid), "task", "*", "children"))
	var all []int
	for _, thread := range threads {
		text, _ := os.ReadFile(thread)
		for _, word := range strings.Fields(string(text)) {
			if child, err := strconv.Atoi(word); err == nil {
				all = append(all, child)
			}
		}
	}
	return all
}

// descendants are the children, their children, and so on.
func descendants(pid int) []int {
	var all []int
	for _, child := range children(pid) {
		all = append(append(all, child), descendants(child)...)
	}
	return all
}

func needsProc(t *testing.T) {
	t.Helper()
	if _, err := os.Stat("/proc/self/task"); err != nil {
		t.Skip("processes are looked up in /proc")
	}
}
