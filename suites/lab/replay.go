package lab

import (
	"encoding/base64"
	"fmt"
	"net/url"

	"github.com/beevik/etree"

	"github.com/ssoproof/ssoproof/mockidp"
)

// sent is a Response as it went to the browser.
type sent struct {
	xml        []byte
	relayState string
}

func (l *Lab) keep(e mockidp.Event) { l.sent = append(l.sent, sent{e.XML, e.RelayState}) }

// Replay posts the last Response once more, unchanged, from a page on another
// site. Where none was sent yet there is nothing to replay, and nothing happens.
func (l *Lab) Replay() error { return l.ReplayTo(l.Settings.ACSPath()) }

// ReplayTo does so to a path of the SP's.
func (l *Lab) ReplayTo(path string) error {
	if len(l.sent) == 0 {
		return nil
	}
	return l.post(l.sent[len(l.sent)-1], path)
}

// ReplayRewrapped does so with the last Response's assertions in a new
// Response that is not signed.
func (l *Lab) ReplayRewrapped() error {
	if len(l.sent) == 0 {
		return nil
	}
	last := l.sent[len(l.sent)-1]
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
	return l.post(last, l.Settings.ACSPath())
}

// post brings a Response to the SP by way of a stranger's page.
func (l *Lab) post(one sent, path string) error {
	fields := url.Values{"SAMLResponse": {base64.StdEncoding.EncodeToString(one.xml)}}
	if one.relayState != "" {
		fields.Set("RelayState", one.relayState)
	}
	return l.PostFromElsewhere(path, fields)
}
