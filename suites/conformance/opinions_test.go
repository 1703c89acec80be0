package conformance

import (
	"testing"

	"github.com/ssoproof/ssoproof/suites/report"
)

func TestTell(t *testing.T) {
	t.Parallel()
	kinder := report.Case{SecondOpinion: &report.SecondOpinion{Accepted: true}}
	same := report.Case{SecondOpinion: &report.SecondOpinion{Why: "expired"}}
	for want, cases := range map[string][]report.Case{
		"second opinion: of 1 Response crewjam/saml judges 0 as the SP does; it accepts 1 that the SP refuses, refuses 0 that the SP accepts, and crashes on 0":  {kinder},
		"second opinion: of 2 Responses crewjam/saml judges 1 as the SP does; it accepts 1 that the SP refuses, refuses 0 that the SP accepts, and crashes on 0": {kinder, same},
	} {
		if got := tell(cases); got != want {
			t.Errorf("got %s", got)
		}
	}
}
