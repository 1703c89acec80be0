package lab

import (
	"sync"
	"time"

	"github.com/ssoproof/ssoproof/mockidp"
	"github.com/ssoproof/ssoproof/sp"
)

// keys are made once per run: making one costs more than a whole login.
type keys struct {
	idp, spare, foreign mockidp.Key
	sp, previous        *sp.Key
	odd                 *oddKeys
}

// oddKeys are the IdP's keys that are worth a question, made when first asked
// for: few cases do.
type oddKeys struct {
	mu   sync.Mutex
	made map[oddKey]mockidp.Key
}

type oddKey struct {
	name string
	now  int64 // Unix nanoseconds: their certificates begin and end by it
}

func (o *oddKeys) get(name string, now time.Time, options mockidp.KeyOptions) (mockidp.Key, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	which := oddKey{name, now.UnixNano()}
	if key, made := o.made[which]; made {
		return key, nil
	}
	key, err := mockidp.NewKey(options)
	if err == nil {
		o.made[which] = key
	}
	return key, err
}

func newKeys(start time.Time) (keys, error) {
	from, to := start.Add(-24*time.Hour), start.AddDate(2, 0, 0)
	k := keys{odd: &oddKeys{made: map[oddKey]mockidp.Key{}}}
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

// signing returns the key of that name in IdPSettings.
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
	return k.odd.get(name, now, options)
}
