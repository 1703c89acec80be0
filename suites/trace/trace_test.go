package trace

import (
	"encoding/json"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestMasked(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"query", "http://x/Leads/1?email=a@b&session=s3cret&x=1", "http://x/Leads/1?email=a@b&session=***&x=1"},
		{"escaped query", "?email=a&amp;session=s3cret&amp;x=1", "?email=a&amp;session=***&amp;x=1"},
		{"value holding an encoded ampersand", "?session=s3%26cret&x=1", "?session=***&x=1"},
		{"nested once", "/login?redirect=http%3A%2F%2Fp%2F%3Fsession%3Ds3cret%26x%3D1", "/login?redirect=http%3A%2F%2Fp%2F%3Fsession%3D***%26x%3D1"},
		{"nested twice", "r=p%253Fx%253D1%2526session%253Ds3cret%2526token%253Ds3cret", "r=p%253Fx%253D1%2526session%253D***%2526token%253D***"},
		{"form", "login=ada&password=s3cret&code=123456", "login=ada&password=***&code=***"},
		{"sentence", "the visitor typed password=s3cret twice", "the visitor typed password=*** twice"},
		{"letters that are another s and k", "x=1&paſſword=s3cret&session_\u212aEY%3ds3cret", "x=1&paſſword=***&session_\u212aEY%3d***"},
		{"empty value", "?email=a&session=&x=1", "?email=a&session=&x=1"},
		{"reason code", "?reason=4&target=%2F", "?reason=4&target=%2F"},
		{"password input", `<input id="p" type="password" value="s3cret>">`, `<input id="p" type="password" value="***">`},
		{"password input, value first", `<input value='s3cret' type=password>`, `<input value="***" type=password>`},
		{"hidden session", `<input type="hidden" name="session" value="s3cret"/>`, `<input type="hidden" name="session" value="***"/>`},
		{"other input", `<input type="hidden" name="RelayState" value="kept"/>`, `<input type="hidden" name="RelayState" value="kept"/>`},
		{"element", `<a:Session xmlns:a="u">s3cret</a:Session>`, `<a:Session xmlns:a="u">***</a:Session>`},
		{"member", `{"email":"a@b","sessionKey":"s3\"cret"}`, `{"email":"a@b","sessionKey":"***"}`},
		{"saml", `<saml:AuthnStatement SessionIndex="_1">`, `<saml:AuthnStatement SessionIndex="_1">`},
		{"status", `<samlp:StatusCode Value="urn:x:Success"/>`, `<samlp:StatusCode Value="urn:x:Success"/>`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := Masked(c.text)
			if got != c.want {
				t.Errorf("\n got %s\nwant %s", got, c.want)
			}
			if again := Masked(got); again != got {
				t.Errorf("masking twice changed it to %s", again)
			}
		})
	}
}

func TestBroken(t *testing.T) {
	t.Parallel()
	tr := New()
	tr.Add(Event{Party: IdP, Kind: KindBroken, Note: "panic: nil map\ngoroutine 1"})
	tr.Add(Event{Party: SP, Kind: KindDecision, Decision: &Decision{Reason: "malformed"}})
	tr.Add(Event{Party: Neighbour, Kind: KindBroken, Note: "index out of range"})
	if got, want := strings.Join(tr.Broken(), "; "), `the party "idp" broke: panic: nil map; the party "neighbour" broke: index out of range`; got != want {
		t.Errorf("got %s", got)
	}
}

func TestMaskedVariable(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"sid", "/?a=b&sid=s3cret&c=d", "/?a=b&sid=***&c=d"},
		{"sid", `<a href="/?a=b&amp;sid=s3cret&amp;c=d">`, `<a href="/?a=b&amp;sid=***&amp;c=d">`},
		{"sid", "/login?redirect=http%3A%2F%2Fp%2F%3Fsid%3Ds3cret%26c%3Dd", "/login?redirect=http%3A%2F%2Fp%2F%3Fsid%3D***%26c%3Dd"},
		{"sid", "/?acid=kept&insid=kept&session=kept", "/?acid=kept&insid=kept&session=kept"},
		{"s[id]", "/?s%5Bid%5D=s3cret&x=1", "/?s%5Bid%5D=***&x=1"},
		{"s[id]", "/?s%5Bid%5D=s3%26cret&x=1", "/?s%5Bid%5D=***&x=1"},
		{"session.key", "/?sessionXkey=kept", "/?sessionXkey=kept"},
	} {
		if got := MaskedVariable(c.name)(c.text); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// Whatever text an event has, now or one day, it is looked at.
func TestNothingSecretEnters(t *testing.T) {
	t.Parallel()
	const secret = "the session=s3cret of ada"
	whole := Event{
		Exchange: &Exchange{}, Message: &Message{}, Decision: &Decision{}, Session: &Session{}, Page: &Page{},
	}
	filled := fill(reflect.ValueOf(&whole).Elem(), secret)
	if filled < 25 {
		t.Fatalf("only %d texts were found", filled)
	}
	tr := New()
	tr.Add(whole)
	entered, err := json.Marshal(tr.Events()[0])
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(entered), "s3cret") {
		t.Errorf("the event still holds the secret: %s", entered)
	}
	if got := strings.Count(string(entered), "the session=*** of ada"); got != filled {
		t.Errorf("%d of %d texts are there", got, filled)
	}
	callers, err := json.Marshal(whole)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(string(callers), secret); got != filled {
		t.Errorf("%d of the caller's %d texts were changed", filled-got, filled)
	}
}

// fill writes the text wherever there can be one, and counts the places.
func fill(v reflect.Value, text string) int {
	switch v.Kind() {
	case reflect.Pointer:
		return fill(v.Elem(), text)
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 { // a picture
			return 0
		}
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		return fill(v.Index(0), text)
	case reflect.Map:
		value := reflect.New(v.Type().Elem()).Elem()
		places := fill(value, text)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("attribute"), value)
		return places
	case reflect.String:
		if v.Type() != reflect.TypeFor[string]() { // a kind or a party
			return 0
		}
		v.SetString(text)
		return 1
	case reflect.Struct:
		places := 0
		for i := range v.NumField() {
			if v.Type() != reflect.TypeFor[time.Time]() {
				places += fill(v.Field(i), text)
			}
		}
		return places
	}
	return 0
}

func TestFinders(t *testing.T) {
	t.Parallel()
	tr := New()
	if tr.Final() != nil || tr.Protected() != nil || tr.Verdict() != nil {
		t.Error("an empty trace found something")
	}
	tr.Add(Event{Party: SP, Kind: KindRequestSent, Message: &Message{Name: "AuthnRequest"}})
	tr.Add(Event{Party: SP, Kind: KindExchange, Exchange: &Exchange{Method: "GET", URL: "/login", Status: 302}})
	tr.Add(Event{Party: IdP, Kind: "request-received", Message: &Message{Name: "AuthnRequest"}})
	tr.Add(Event{Party: SP, Kind: KindDecision, Decision: &Decision{Accepted: true}})
	tr.Add(Event{Party: SP, Kind: KindRefused, Decision: &Decision{Reason: "user-not-found"}})
	tr.Add(Event{Party: Browser, Kind: KindPage, Page: &Page{Label: Final, Title: "sorry"}})
	tr.Add(Event{Party: SP, Kind: KindRefused, Decision: &Decision{Reason: "timeout"}})
	tr.Add(Event{Party: SP, Kind: KindSessionStarted, Session: &Session{Started: true, Account: "a1"}})
	tr.Add(Event{Party: Browser, Kind: KindPage, Page: &Page{Label: Protected, Title: "me"}})
	tr.Add(Event{Party: Browser, Kind: KindExchange, Exchange: &Exchange{Method: "GET", URL: "/account", Status: 200}})

	if got := tr.Verdict().Reason; got != "user-not-found" {
		t.Errorf("verdict is %q, want the last word before the final page", got)
	}
	if tr.Final().Title != "sorry" || tr.Protected().Title != "me" || len(tr.Pages()) != 2 {
		t.Error("pages are mixed up")
	}
	if len(tr.Messages("AuthnRequest")) != 2 || len(tr.Messages("Response")) != 0 || len(tr.Requests()) != 1 {
		t.Error("messages are mixed up")
	}
	tr.Add(Event{Party: SP, Kind: KindRequestSent, Message: &Message{Name: "AuthnRequest"}})
	if len(tr.Requests()) != 1 || len(tr.Exchanges()) != 1 || tr.Exchanges()[0].URL != "/login" {
		t.Error("what happened after the final page counts as the journey")
	}
	tr.Add(Event{Party: Neighbour, Kind: KindDecision, Decision: &Decision{Accepted: true}})
	tr.Add(Event{Party: Neighbour, Kind: KindSessionStarted, Session: &Session{Started: true, Account: "a2"}})
	if len(tr.Decisions()) != 1 || len(tr.Sessions()) != 1 || len(tr.Kind(KindRefused)) != 2 {
		t.Error("events are mixed up")
	}
	if story := tr.String(); !strings.Contains(story, "GET /account 200") || strings.Count(story, "\n") != 13 {
		t.Errorf("story is\n%s", story)
	}
}

func TestManyGoroutines(t *testing.T) {
	t.Parallel()
	tr := New()
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			tr.Add(Event{Kind: KindNote})
			_ = tr.Events()
		})
	}
	wg.Wait()
	for i, e := range tr.Events() {
		if e.Seq != i+1 {
			t.Fatalf("event %d has number %d", i+1, e.Seq)
		}
	}
}
