package account

import (
	"sync"
	"testing"
)

func TestMatch(t *testing.T) {
	t.Parallel()
	var s Store
	for _, a := range []Account{{Login: "ada", Email: "Ada@x"}, {Login: "bob"}, {ID: "7", Login: "bob", Email: "bob@x"}} {
		if _, err := s.Add(a); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		by    Matching
		value string
		want  int
	}{
		{Matching{Field: "login"}, "ada", 1},
		{Matching{Field: "login"}, "ADA", 0},
		{Matching{Field: "email", Fold: true}, "aDA@X", 1},
		{Matching{Field: "login"}, "bob", 2},
		{Matching{Field: "email"}, "", 0},
		{Matching{Field: "shoe size"}, "ada", 0},
	} {
		if got := s.Match(test.by, test.value); len(got) != test.want {
			t.Errorf("%v %q matches %d accounts, want %d", test.by, test.value, len(got), test.want)
		}
	}
	if _, err := s.Add(Account{ID: "7"}); err == nil {
		t.Error("an ID can be taken twice")
	}
}

func TestAccountsAreValues(t *testing.T) {
	t.Parallel()
	var s Store
	a, _ := s.Add(Account{Login: "ada"})
	a.Login = "eve"
	if got, _ := s.Find(a.ID); got.Login != "ada" || got.State != Active {
		t.Errorf("stored account: %+v", got)
	}
	if got, ok := s.Update(a.ID, func(a *Account) { a.Title, a.ID = "Countess", "" }); !ok || got.Title != "Countess" || got.ID != a.ID {
		t.Errorf("updated account: %+v", got)
	}
	if _, ok := s.Update("nobody", func(*Account) {}); ok {
		t.Error("an account that does not exist was updated")
	}
}

func TestMatchOrAddAddsOnce(t *testing.T) {
	t.Parallel()
	var s Store
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			_, _, err := s.MatchOrAdd(Matching{Field: "email"}, "a@x", func() Account { return Account{Email: "a@x"} })
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := len(s.All()); n != 1 {
		t.Errorf("%d accounts, want 1", n)
	}
}

func TestFields(t *testing.T) {
	t.Parallel()
	var a Account
	for _, name := range Fields() {
		if !a.Set(name, "x-"+name) || a.Field(name) != "x-"+name {
			t.Errorf("field %s does not keep its value", name)
		}
	}
	if a.Set("shoe size", "43") {
		t.Error("a field that does not exist was set")
	}
}
