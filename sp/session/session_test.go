package session

import (
	"testing"
	"time"
)

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func TestVisit(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		session Session
		visits  []time.Duration // since the start
		live    bool            // at the last
	}{
		{"busy", Session{}, []time.Duration{9 * time.Minute, 18 * time.Minute, 27 * time.Minute}, true},
		{"idle", Session{}, []time.Duration{10 * time.Minute}, false},
		{"busy, but over", Session{Ends: now.Add(15 * time.Minute)}, []time.Duration{9 * time.Minute, 15 * time.Minute}, false},
		{"idle once, idle for good", Session{}, []time.Duration{20 * time.Minute, 21 * time.Minute}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			st := NewStore(10 * time.Minute)
			secret := st.Start(test.session, now)
			var s *Session
			var live bool
			for _, at := range test.visits {
				s, live = st.Visit(secret, now.Add(at))
			}
			if live != test.live || s == nil {
				t.Errorf("live %v, session %v", live, s)
			}
		})
	}
}

func TestEnd(t *testing.T) {
	t.Parallel()
	st := NewStore(0)
	one, two := st.Start(Session{Account: "1", NameID: "ada"}, now), st.Start(Session{Account: "2"}, now)
	st.Remember(one, "step", "2")
	if s, live := st.Visit(one, now.AddDate(9, 0, 0)); !live || s.Values["step"] != "2" {
		t.Errorf("session %+v, live %v", s, live)
	}
	if n := st.EndWhere(func(s Session) bool { return s.NameID == "ada" }); n != 1 {
		t.Errorf("%d sessions ended, want 1", n)
	}
	if s, live := st.Visit(one, now); s != nil || live {
		t.Error("an ended session is still there")
	}
	st.End(two)
	st.Remember(two, "step", "3")
	for _, secret := range []string{two, "", "made up"} {
		if s, live := st.Visit(secret, now); s != nil || live {
			t.Errorf("secret %q opens a session", secret)
		}
	}
}
