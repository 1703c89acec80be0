package flow

import (
	"time"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/suites/lab"
	"github.com/ssoproof/ssoproof/suites/trace"
)

// everyCode plays what leads to each of the ten reason codes of the portal
// (Seamless Invalid Session Handling, "Redirect Reason Codes").
func everyCode(l *lab.Lab, _ fault.Args) error {
	const lead = "/Leads/123"
	for _, step := range []func() error{
		func() error { return mailLink(l, fault.Args{"page": lead}) }, // 1, and signed in
		func() error {
			l.Pause(time.Hour)
			return l.Visit(trace.SP, lead) // 2, and signed in again
		},
		func() error { return l.Visit(trace.SP, "/Reports/Revenue") },                                  // 3
		func() error { return arriveAs(l, "", "page", lead, "session", "00000000000000000000000000") }, // 4
		func() error { return arriveAs(l, "uma", "page", lead) },                                       // 5, and created on the way
		func() error { return arriveAs(l, "dan", "page", lead) },                                       // 7
		func() error { return arriveAs(l, "eve", "page", lead) },                                       // 8
		func() error { return arriveAs(l, "", "page", lead, "query", "email={email}") },                // 10
		func() error { return withoutCookies(l, lead) },                                                // 9
		func() error { return l.Visit(trace.SP, "/account") },
		func() error { return l.LogOut() }, // 6
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// arriveAs opens a page with the pair of somebody of the cast, of the person who
// plays when empty, in a browser of their own.
func arriveAs(l *lab.Lab, login string, args ...string) error {
	if login == "" {
		login = l.Setup.Person.Login
	}
	a := fault.Args{"times": "1"}
	for i := 0; i < len(args); i += 2 {
		a[args[i]] = args[i+1]
	}
	return l.Elsewhere(func() error {
		return l.As(login, func() error {
			if err := credentials(l, a); err != nil {
				return err
			}
			_, err := l.SignIn()
			return err
		})
	})
}

// withoutCookies comes back from the portal's cookie probe with nothing, as a
// browser does that keeps no cookies.
func withoutCookies(l *lab.Lab, page string) error {
	return arriveAs(l, "", "page", page, "query", "email={email}&session={key}&cookie-check=1")
}
