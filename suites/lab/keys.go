package lab

import (
	"time"

	"github.com/ssoproof/ssoproof/mockidp"
	"github.com/ssoproof/ssoproof/sp"
)

// keys are made once per run: making one costs more than a whole login.
type keys struct {
	idp, spare, foreign mockidp.Key
	sp, previous        *sp.Key
}

func newKeys(start time.Time) (keys, error) {
	from, to := start.Add(-24*time.Hour), start.AddDate(2, 0, 0)
	var k keys
	var err error
	for _, one := range []struct {
		key  *mockidp.Key
		name string
	}{{&k.idp, "mock identity provider"}, {&k.spare, "mock identity provider, next key"}, {&k.foreign, "somebody else"}} {
		if *one.key, err = mockidp.NewKey(mockidp.KeyOptions{CommonName: one.name, NotBefore: from, NotAfter: to}); err != nil {
			return k, err
		}
	}
	if k.sp, err = sp.NewKey("reference service provider", from, to); err != nil {
		return k, err
	}
	k.previous, err = sp.NewKey("reference service provider, previous key", from.AddDate(-1, 0, 0), to)
	return k, err
}

// signing returns the key of that name in IdPSettings. The odd ones are made
// when they are asked for: few cases do.
func (k keys) signing(name string, now time.Time) (mockidp.Key, error) {
	options := mockidp.KeyOptions{CommonName: "mock identity provider, " + name + " key", NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(1, 0, 0)}
	switch name {
	case "expired":
		options.NotAfter = now.Add(-time.Second)
	case "expired-now":
		options.NotAfter = now
	case "future":
		options.NotBefore = now.Add(time.Hour)
	case "ecdsa":
		options.Algorithm = "ecdsa-p256"
	case "weak":
		options.Algorithm = "rsa1024"
	default:
		return k.idp, nil
	}
	return mockidp.NewKey(options)
}
