//go:build linux

package interop

import (
	"bytes"
	"context"
	"crypto/x509"
	"embed"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"text/template"
	"time"

	"github.com/ssoproof/ssoproof/sp"
	"github.com/ssoproof/ssoproof/suites/scenario"
)

//go:embed testdata
var testdata embed.FS

const (
	program = "/usr/sbin/apache2"
	modules = "/usr/lib/apache2/modules"
)

// apache is one Apache with a configuration of its own in a folder of its own.
type apache struct {
	dir  string
	port string
}

// site is what configuration templates are filled with.
type site struct {
	Dir, Modules, Port, Host string
	Root                     bool   // Apache wants another user for its children
	SP                       string // entityID
	PHP                      string // path of the PHP module
	Encrypt                  bool   // the assertions
	Person                   scenario.Person
}

// newApache makes the folder and finds a port; files may be put into the
// folder before start.
func newApache(t *testing.T) *apache {
	t.Helper()
	// Not t.TempDir: root's is closed to the user that Apache's children run as.
	dir, err := os.MkdirTemp("", "ssoproof-interop-")
	must(t, err)
	t.Cleanup(func() { must(t, os.RemoveAll(dir)) })
	must(t, os.Chmod(dir, 0o755))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer listener.Close()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	must(t, err)
	a := &apache{dir: dir, port: port}
	must(t, os.Mkdir(a.file("var"), 0o777))
	must(t, os.Chmod(a.file("var"), 0o777)) // whatever the umask says
	return a
}

func (a *apache) file(name string) string { return filepath.Join(a.dir, name) }

// url returns an address of the server under one of its names.
func (a *apache) url(host, path string) string { return "http://" + host + ":" + a.port + path }

func (a *apache) write(t *testing.T, name string, content []byte) {
	t.Helper()
	must(t, os.MkdirAll(filepath.Dir(a.file(name)), 0o755))
	must(t, os.WriteFile(a.file(name), content, 0o644))
}

// fill writes every file below testdata/set, filled in, to the folder.
func (a *apache) fill(t *testing.T, set string, s site) {
	t.Helper()
	s.Dir, s.Modules, s.Port, s.Root = a.dir, modules, a.port, os.Geteuid() == 0
	set = "testdata/" + set
	must(t, fs.WalkDir(testdata, set, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := template.ParseFS(testdata, path)
		if err != nil {
			return err
		}
		var filled bytes.Buffer
		if err := text.Execute(&filled, s); err != nil {
			return err
		}
		a.write(t, strings.TrimPrefix(path, set+"/"), filled.Bytes())
		return nil
	}))
}

// writeKey makes an RSA key with its certificate: name.key and name.crt.
func (a *apache) writeKey(t *testing.T, name string) {
	t.Helper()
	key, err := sp.NewKey(name, time.Now().Add(-time.Hour), time.Now().AddDate(1, 0, 0))
	must(t, err)
	secret, err := x509.MarshalPKCS8PrivateKey(key.Signer)
	must(t, err)
	a.write(t, name+".key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}))
	a.write(t, name+".crt", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: key.Certificate.Raw}))
}

// start runs Apache with the folder's apache.conf until the test ends, and
// waits until it listens.
func (a *apache) start(t *testing.T) {
	t.Helper()
	var printed bytes.Buffer
	server := exec.Command(program, "-D", "FOREGROUND", "-f", a.file("apache.conf"))
	server.Stdout, server.Stderr = &printed, &printed
	// Apache passes signals on to its whole group, which must not be ours; it
	// goes when we do, whatever ends us.
	server.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	must(t, server.Start())
	gone := make(chan error, 1)
	go func() { gone <- server.Wait() }()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	err := a.listening(ctx, gone)
	if err != nil {
		_ = server.Process.Kill() // it may have ended by itself
		t.Fatalf("starting Apache: %v\n%s\n%s", err, printed.String(), a.log())
	}
	t.Cleanup(func() {
		must(t, server.Process.Signal(syscall.SIGTERM)) // takes its children along
		if err := <-gone; err != nil {
			t.Errorf("stopping Apache: %v", err)
		}
		if t.Failed() {
			t.Logf("Apache's log:\n%s", a.log())
		}
	})
}

// listening waits until the server takes connections.
func (a *apache) listening(ctx context.Context, gone <-chan error) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if conn, err := net.Dial("tcp", "127.0.0.1:"+a.port); err == nil {
			return conn.Close()
		}
		select {
		case err := <-gone:
			return errors.Join(errors.New("it ended at once"), err)
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-tick.C:
		}
	}
}

// log is what the server has written to its error log so far.
func (a *apache) log() string {
	text, err := os.ReadFile(a.file("error.log"))
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// get fetches a page under one of the server's names. Go, unlike Chrome, does
// not know that *.localhost is this machine.
func (a *apache) get(t *testing.T, host, path string) []byte {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, a.url("127.0.0.1", path), nil)
	must(t, err)
	request.Host = host + ":" + a.port
	answer, err := http.DefaultClient.Do(request)
	must(t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	must(t, err)
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("fetching %s: %s\n%s\n%s", path, answer.Status, body, a.log())
	}
	return body
}

// versions are the packages played against, as Debian counts them.
func versions() []string {
	out, err := exec.Command("dpkg-query", "--show", "--showformat", "${Package} ${Version}\n",
		"libapache2-mod-auth-mellon", "simplesamlphp", "apache2-bin", "libapache2-mod-php*").Output()
	if err != nil {
		return []string{fmt.Sprintf("unknown: %v", err)}
	}
	return strings.FieldsFunc(string(out), func(r rune) bool { return r == '\n' })
}
