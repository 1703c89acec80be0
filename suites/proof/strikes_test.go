package proof

import (
	"bytes"
	"encoding/base64"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/beevik/etree"

	"github.com/ssoproof/ssoproof/mockidp/fault"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestFaultsStrikeWhereTheySay compares each message with a fault with the one
// without, made of the same state, place by place. What differs is in the golden
// file, one line for each fault and its arguments: a fault that strikes anywhere
// else, or no longer where it should, shows there.
func TestFaultsStrikeWhereTheySay(t *testing.T) {
	s := newSender(t)
	unfaulted := map[string]seen{}
	var lines []string
	for _, armed := range used(t) {
		spec := fitted(s.standard, armed)
		kind := fmt.Sprint(armed.Fault.Of, spec.Shape, len(spec.Faults), armed.Fault.Service != nil, strings.HasPrefix(armed.Fault.Name, "logout-query"))
		plain, made := unfaulted[kind]
		if !made {
			plain = s.see(s.plain(t, armed), fault.Fault{})
			unfaulted[kind] = plain
		}
		all := strikes(plain, s.see(s.faulty(t, armed), armed.Fault), armed.Fault)
		if len(all) == 0 {
			t.Errorf("%s leaves the message as it is", spelled(armed))
		}
		lines = append(lines, spelled(armed)+": "+strings.Join(all, "; "))
	}
	golden(t, "strikes.txt", strings.Join(lines, "\n")+"\n")
}

// strikes says where a message differs from the one without the fault.
func strikes(plain, faulty seen, f fault.Fault) []string {
	all := differing(plain.places, faulty.places)
	if len(plain.xml) > 0 && len(faulty.xml) == 0 {
		all = slices.DeleteFunc(all, func(d difference) bool { return !strings.Contains(d.path, "/") })
		all = append(all, difference{path: "the document", kind: removed})
	} else if !bytes.Equal(plain.xml, faulty.xml) && (!faulty.readable || len(all) == 0) {
		all = slices.DeleteFunc(all, func(d difference) bool {
			return !strings.HasPrefix(d.path, "form/") && !strings.HasPrefix(d.path, "answer/")
		})
		all = append(hunks(plain.xml, faulty.xml), all...)
	}
	all, again := signedAgain(all, f)
	var out []string
	for _, d := range summarized(all) {
		out = append(out, d.String())
	}
	if len(again) > 0 {
		out = append(out, "signed again: "+strings.Join(again, ", "))
	}
	return out
}

// seen is what was sent, place by place. A document that is none, or that a fault
// of the wire has edited, is compared octet for octet: it is not readable.
type seen struct {
	sending
	places
	readable bool
}

func (s *sender) see(sent sending, f fault.Fault) seen {
	out := seen{sending: sent, places: places{}}
	doc := etree.NewDocument()
	out.readable = f.Wire == nil && doc.ReadFromBytes(sent.xml) == nil && doc.Root() != nil
	if out.readable {
		out.read(doc.Root(), doc.Root().Tag, s.sp.Signer)
	}
	if sent.form.URL != "" {
		out.carried(sent.form, base64.StdEncoding.EncodeToString(sent.xml))
	}
	if sent.answer.status != 0 {
		out.answered(sent.answer)
	}
	return out
}

// signedAgain takes out what differs only because a signature was made over what
// the fault has changed before, and names the elements signed so. A fault that
// strikes a signature itself, or after signing, has nothing that follows.
func signedAgain(all []difference, f fault.Fault) (rest []difference, again []string) {
	if f.Assertion == nil && f.Encrypt == nil {
		return all, nil
	}
	for _, d := range all {
		element, value, found := strings.Cut(strings.TrimPrefix(d.path, "octets in "), "/Signature/")
		if !found || d.kind != changed || value != "SignatureValue/text()" && value != "SignedInfo/Reference/DigestValue/text()" {
			rest = append(rest, d)
		} else if !slices.Contains(again, element) {
			again = append(again, element)
		}
	}
	return rest, again
}

// summarized has one line for what strikes in very many places alike.
func summarized(all []difference) []difference {
	const many = 12
	if len(all) <= many {
		return all
	}
	count, first := map[string]int{}, map[string]difference{}
	var order []string
	for _, d := range all {
		last := alike(d)
		if count[last]++; count[last] == 1 {
			order = append(order, last)
		}
		if count[last] == 1 || len(d.path) < len(first[last].path) {
			first[last] = d
		}
	}
	var out []difference
	for _, last := range order {
		d := first[last]
		if count[last] > 3 {
			d.path = fmt.Sprintf("(the first of %d alike) %s", count[last], d.path)
			out = append(out, d)
			continue
		}
		for _, d := range all {
			if alike(d) == last {
				out = append(out, d)
			}
		}
	}
	return out
}

// alike is the kind of a difference and the last name of its path, without a number.
func alike(d difference) string {
	name, _, _ := strings.Cut(d.path[strings.LastIndex(d.path, "/")+1:], "[")
	return string(d.kind) + name
}

// golden compares a text with the file of that name, or writes it anew.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want, now := strings.Split(string(text), "\n"), strings.Split(got, "\n")
	for _, line := range now {
		if !slices.Contains(want, line) {
			t.Errorf("not in %s: %s", file, line)
		}
	}
	for _, line := range want {
		if !slices.Contains(now, line) {
			t.Errorf("only in %s: %s", file, line)
		}
	}
	if t.Failed() {
		t.Logf("if that is right: go test ./suites/proof -update")
	}
}
