package check

import (
	"net/url"
	"strings"

	"github.com/ssoproof/ssoproof/suites/trace"
)

// Facts are what the lab knew before the case began, and what the trace alone
// does not tell.
type Facts struct {
	// Reactions are what visitors of the profile see, by reason.
	Reactions map[string]Reaction
	// Person is the login of the one who plays the case, and People everybody
	// in the cast, by that login.
	Person string
	People map[string]Person
	// BaseURLs are where the parties live, without a trailing slash.
	BaseURLs map[trace.Party]string
	// Values are what the placeholders of a setup stand for, such as {idp-sha1}.
	Values map[string]string
}

// Person is somebody of the cast as the SP knows them.
type Person struct {
	// Account is the id of their account; "" when the SP did not know them
	// beforehand, or could not tell two accounts apart.
	Account string
	// AccountLogin is what the SP calls the account on its page "who am I".
	AccountLogin string
}

// Reaction is what a visitor sees when the SP has come to a reason. Empty
// fields are not looked at.
type Reaction struct {
	Name   string
	Status int
	Title  string // in the title or the text of the page
	Text   string // in the text of the page; {want} stands for anything
	Path   string // of the page's URL
	Page   string // its data-page
	// Code is what the SP calls the reason when it sends the visitor back to
	// the Originating System; with one, the rest is that system's affair.
	Code string
}

// party returns who lives at the URL, "" for a stranger.
func (f Facts) party(address string) trace.Party {
	for party, base := range f.BaseURLs {
		if origin(address) == origin(base) {
			return party
		}
	}
	return ""
}

func origin(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return strings.ToLower(u.Scheme + "://" + u.Host)
}

// pathQuery returns a URL's path and query as they were written.
func pathQuery(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.RequestURI()
}
