package lab

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/http/cookiejar"
	"net/url"

	"github.com/ssoproof/ssoproof/suites/trace"
)

// The kinds of event about session keys: KindKeys is the report on a sample,
// KindKeyFault names what is wrong with it before the first colon of its note.
const (
	KindKeys     trace.Kind = "keys-sampled"
	KindKeyFault trace.Kind = "key-fault"
)

// keySample is how many session keys are looked at. Each position of a key can
// show at most so many characters.
const keySample = 64

// wantedBits is how much an identifier of a session must vary (OWASP Session
// Management, "Session ID entropy").
const wantedBits = 64

// SampleKeys goes through the Originating System's jump page again and again,
// as whoever plays, and looks at the session keys in the links into the portal:
// seed 001 asks for "a unique identifier", and who can guess one is that user.
// The keys stay here; the report only says how much they vary.
func (l *Lab) SampleKeys() error {
	c := client(trace.Lab)
	jar, err := cookiejar.New(nil)
	if err != nil {
		return fmt.Errorf("sampling session keys: %w", err)
	}
	c.Jar = jar
	form := url.Values{"login": {l.Email()}, "password": {l.Setup.Person.Password}}
	if _, err := locationOf(c.PostForm(l.URLs[trace.Origin]+"/login", form)); err != nil {
		return fmt.Errorf("signing in at the originating system: %w", err)
	}
	var keys []string
	target := cmp.Or(l.Settings.Incoming.TargetParameter, "target")
	for i := range keySample {
		// Each time another page, so that no guard against loops stands in the way.
		page := url.Values{target: {fmt.Sprintf("%s/Leads?sample=%d", l.URLs[trace.SP], i)}}
		to, err := locationOf(c.Get(l.Origin.JumpURL() + "?" + page.Encode()))
		if err != nil {
			return fmt.Errorf("asking the jump page for a session key: %w", err)
		}
		keys = append(keys, to.Query().Get(l.Settings.Incoming.SessionParameter))
	}
	l.judgeKeys(keys)
	return nil
}

func (l *Lab) judgeKeys(keys []string) {
	different, bits := map[string]bool{}, variation(keys)
	for _, k := range keys {
		different[k] = true
	}
	report := fmt.Sprintf("%d session keys, %d different, vary in %.0f bits", len(keys), len(different), bits)
	say := func(kind trace.Kind, note string) {
		l.record(trace.Event{At: l.Clocks[trace.Origin].Now(), Party: trace.Lab, Kind: kind, Note: note})
	}
	say(KindKeys, report)
	if len(different) < len(keys) {
		say(KindKeyFault, "repeated: "+report)
	}
	if bits < wantedBits {
		say(KindKeyFault, fmt.Sprintf("guessable: %s, fewer than %d", report, wantedBits))
	}
}

// variation estimates, from above, how many bits of the keys vary: the sum over
// their positions of the logarithm of how many characters were seen there.
func variation(keys []string) float64 {
	var seen []map[byte]bool
	for _, k := range keys {
		for i := range len(k) {
			if i == len(seen) {
				seen = append(seen, map[byte]bool{})
			}
			seen[i][k[i]] = true
		}
	}
	bits := 0.0
	for _, characters := range seen {
		bits += math.Log2(float64(len(characters)))
	}
	return bits
}

// locationOf is where an answer sends the caller.
func locationOf(res *http.Response, err error) (*url.URL, error) {
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusFound {
		return nil, errors.New("it answers with " + res.Status)
	}
	return res.Location()
}
