package mockidp_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ssoproof/ssoproof/mockidp"
	"github.com/ssoproof/ssoproof/mockidp/fault"
)

// publisher is an identity provider whose metadata is signed, and what it says.
func publisher(t *testing.T) (*mockidp.IdP, *[]mockidp.Event) {
	t.Helper()
	key, err := mockidp.NewKey(mockidp.KeyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	events := &[]mockidp.Event{}
	now := time.Date(2027, 1, 15, 12, 0, 0, 0, time.UTC)
	p, err := mockidp.New(mockidp.Config{
		BaseURL: "http://idp.example", Keys: []mockidp.Key{key}, SignMetadata: true,
		Now: func() time.Time { return now }, Record: func(e mockidp.Event) { *events = append(*events, e) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return p, events
}

// fetch returns the answer; a connection that is cut is an empty one.
func fetch(p *mockidp.IdP) (w *httptest.ResponseRecorder) {
	w = httptest.NewRecorder()
	defer func() {
		if cause := recover(); cause != nil && cause != http.ErrAbortHandler {
			panic(cause)
		}
	}()
	p.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://idp.example/saml/metadata", nil))
	return w
}

// Every fault of the metadata is in the document that is fetched next, is named
// in an event, and is not in the one after.
func TestMetadataFaultsAreSentOnce(t *testing.T) {
	t.Parallel()
	p, events := publisher(t)
	good := string(p.Metadata())
	if !strings.Contains(good, "<ds:SignatureValue>") {
		t.Fatalf("metadata is not signed: %s", good)
	}
	for _, f := range fault.Catalogue() {
		if f.Of != fault.Metadata {
			continue
		}
		*events = nil
		p.Arm(fault.Armed{Fault: f, Args: f.Example()})
		answer := fetch(p)
		if answer.Code == http.StatusOK && answer.Body.String() == good {
			t.Errorf("%s leaves the metadata as it is", f.Name)
		}
		if !slices.ContainsFunc(*events, func(e mockidp.Event) bool { return slices.Contains(e.Faults, f.Name) }) {
			t.Errorf("%s: no event says that it was sent: %v", f.Name, *events)
		}
		if again := fetch(p); again.Code != http.StatusOK || again.Body.String() != good {
			t.Errorf("%s: the next answer is %d %.300s", f.Name, again.Code, again.Body)
		}
	}
}
