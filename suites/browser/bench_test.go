package browser

import (
	"context"
	"sync"
	"testing"
	"time"
)

// BenchmarkLogin plays full SP-initiated logins, each in a clean tab, and
// reports them per second and against the naive floor: three cross-site
// navigations to static pages in a fresh browser context of the same Chrome.
func BenchmarkLogin(b *testing.B) {
	for _, workers := range []int{1, 2, 4} {
		b.Run(map[int]string{1: "alone", 2: "two-workers", 4: "four-workers"}[workers], func(b *testing.B) {
			s, chrome := newSites(b), shared
			floor := benchmarkFloor(b, s, chrome)
			run := benchmarkWorkers(b, s, chrome, workers)
			b.ReportMetric(float64(b.N)/run.Seconds(), "logins/s")
			if workers == 1 {
				login := run / time.Duration(b.N)
				b.ReportMetric(float64(login.Microseconds())/1000, "ms/login")
				b.ReportMetric(float64(floor.Microseconds())/1000, "ms/floor")
				b.ReportMetric(float64(login)/float64(floor), "ratio")
			}
		})
	}
}

// benchmarkFloor is the time of three static cross-site pages, fresh context
// each time.
func benchmarkFloor(b *testing.B, s *sites, chrome *Chrome) time.Duration {
	ctx := context.Background()
	worker, err := chrome.Worker(ctx)
	if err != nil {
		b.Fatal(err)
	}
	defer worker.Close()
	const rounds = 12
	var total time.Duration
	for i := range rounds {
		began := time.Now()
		tab, err := worker.Tab(ctx, Settings{Alone: true})
		if err != nil {
			b.Fatal(err)
		}
		for _, url := range []string{s.sp + "/empty", s.idp + "/empty", s.sp + "/empty"} {
			if err := tab.Open(url); err != nil {
				b.Fatal(err)
			}
		}
		if err := tab.Close(); err != nil {
			b.Fatal(err)
		}
		if i >= 2 {
			total += time.Since(began)
		}
	}
	return total / (rounds - 2)
}

// benchmarkWorkers shares b.N logins among the workers.
func benchmarkWorkers(b *testing.B, s *sites, chrome *Chrome, workers int) time.Duration {
	ctx := context.Background()
	jobs := make(chan struct{}, b.N)
	for range b.N {
		jobs <- struct{}{}
	}
	close(jobs)
	var ready, done sync.WaitGroup
	var once sync.Once
	start := make(chan struct{})
	for range workers {
		ready.Add(1)
		done.Go(func() {
			worker, err := chrome.Worker(ctx)
			if err != nil {
				b.Error(err)
				ready.Done()
				return
			}
			defer worker.Close()
			warm := func() {
				tab, err := worker.Tab(ctx, Settings{})
				if err == nil {
					err = s.play(tab)
				}
				if err == nil {
					err = tab.Close()
				}
				if err != nil {
					once.Do(func() { b.Error(err) })
				}
			}
			warm()
			ready.Done()
			<-start
			for range jobs {
				warm()
			}
		})
	}
	ready.Wait()
	b.ResetTimer()
	began := time.Now()
	close(start)
	done.Wait()
	return time.Since(began)
}
