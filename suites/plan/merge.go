package plan

import (
	"slices"
	"time"

	"github.com/ssoproof/ssoproof/sp/profile"
	"github.com/ssoproof/ssoproof/suites/scenario"
)

// merged lays the scenario's overrides for the case over its own play: first
// those for a group, then for the profile, then for the layout, each in the
// order of the file. What is wrong in the set-up lies over all of these; sound
// is the set-up without it, nil when the scenario does not say what it is.
func merged(s *scenario.Scenario, p *profile.Profile, layout string) (play scenario.Play, setup Setup, sound *Setup) {
	play = s.Play
	play.Expect = slices.Clone(play.Expect)
	setups, wrong := []scenario.Setup{s.Setup}, []*scenario.Setup{s.Wrong}
	for _, applies := range []func(string) bool{
		func(target string) bool { return target != p.Name && answersTo(p, target) },
		func(target string) bool { return target == p.Name },
		func(target string) bool { return layout != "" && target == p.Name+"/"+layout },
	} {
		for _, o := range s.On {
			if applies(o.Target.Name) {
				override(&play, o)
				setups, wrong = append(setups, o.Setup), append(wrong, o.Wrong)
			}
		}
	}
	wrong = slices.DeleteFunc(wrong, func(one *scenario.Setup) bool { return one == nil })
	if len(wrong) > 0 {
		sound = laid(setups)
		for _, one := range wrong {
			setups = append(setups, *one)
		}
	}
	return play, *laid(setups), sound
}

// laid lays set-ups over one another in turn.
func laid(setups []scenario.Setup) *Setup {
	var s Setup
	for _, one := range setups {
		s.lay(one)
	}
	return &s
}

func override(play *scenario.Play, o scenario.Override) {
	if o.Flow.Name != "" {
		play.Flow = o.Flow
	}
	if o.Person.Name != "" {
		play.Person = o.Person
	}
	if o.Faults != nil {
		play.Faults = o.Faults
	}
	if o.Instead {
		play.Expect = slices.Clone(o.Expect)
		return
	}
	for _, w := range o.Expect {
		i := slices.IndexFunc(play.Expect, func(had scenario.Word) bool { return had.Name == w.Name })
		if i < 0 {
			play.Expect = append(play.Expect, w)
			continue
		}
		play.Expect[i] = w
	}
}

func (s *Setup) lay(over scenario.Setup) {
	if over.SP != nil {
		s.SP = append(s.SP, over.SP)
	}
	if over.IdP != nil {
		s.IdP = append(s.IdP, over.IdP)
	}
	if over.Origin != nil {
		s.Origin = append(s.Origin, over.Origin)
	}
	if over.Neighbour != nil {
		s.Neighbour = append(s.Neighbour, over.Neighbour)
	}
	s.Browser.CookiesBlocked = s.Browser.CookiesBlocked || over.Browser.CookiesBlocked
	s.Browser.JavaScriptOff = s.Browser.JavaScriptOff || over.Browser.JavaScriptOff
	if over.Visitor != "" {
		s.Visitor = over.Visitor
	}
	for party, offset := range over.Clock {
		if s.Clock == nil {
			s.Clock = map[string]time.Duration{}
		}
		s.Clock[party] = offset
	}
}
