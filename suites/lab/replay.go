package lab

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"slices"
	"sync"

	"github.com/beevik/etree"

	"github.com/ssoproof/ssoproof/mockidp"
	"github.com/ssoproof/ssoproof/mockidp/fault"
)

// Answer is a Response as it went to the browser.
type Answer struct {
	xml        []byte
	relayState string
	form       []fault.Field // nil when it is XML and RelayState in the usual way
}

// answers keeps the Responses; the IdP's handlers add to it, each on a
// goroutine of its own.
type answers struct {
	mu  sync.Mutex
	all []Answer
}

func (a *answers) keep(e mockidp.Event) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.all = append(a.all, Answer{e.XML, e.RelayState, e.Form})
}

// Answers returns the Responses that the identity provider has sent so far, the
// newest last, whether they came to the SP or not.
func (l *Lab) Answers() []Answer {
	l.answers.mu.Lock()
	defer l.answers.mu.Unlock()
	return slices.Clone(l.answers.all)
}

// Replay posts the last Response once more, unchanged, from a page on another
// site. Where none was sent yet there is nothing to replay, and nothing happens.
func (l *Lab) Replay() error { return l.ReplayTo(l.Settings.ACSPath()) }

// ReplayTo does so to a path of the SP's.
func (l *Lab) ReplayTo(path string) error {
	all := l.Answers()
	if len(all) == 0 {
		return nil
	}
	return l.PostFromElsewhere(path, all[len(all)-1].fields())
}

// ReplayRewrapped does so with the last Response's assertions in a new
// Response that is not signed.
func (l *Lab) ReplayRewrapped() error {
	all := l.Answers()
	if len(all) == 0 {
		return nil
	}
	last := all[len(all)-1]
	last.form = nil
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(last.xml); err != nil {
		return fmt.Errorf("rewrapping the last Response: %w", err)
	}
	doc.Root().CreateAttr("ID", "_rewrapped")
	if signature := doc.Root().SelectElement("Signature"); signature != nil {
		doc.Root().RemoveChild(signature)
	}
	var err error
	if last.xml, err = doc.WriteToBytes(); err != nil {
		return fmt.Errorf("rewrapping the last Response: %w", err)
	}
	return l.PostFromElsewhere(l.Settings.ACSPath(), last.fields())
}

// fields are those of the form that carries the Response.
func (a Answer) fields() url.Values {
	if a.form != nil {
		fields := url.Values{}
		for _, f := range a.form {
			fields.Add(f.Name, f.Value)
		}
		return fields
	}
	fields := url.Values{"SAMLResponse": {base64.StdEncoding.EncodeToString(a.xml)}}
	if a.relayState != "" {
		fields.Set("RelayState", a.relayState)
	}
	return fields
}
