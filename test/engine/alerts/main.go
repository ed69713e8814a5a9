// Command alerts evaluates alert rules on what a metrics endpoint served, with Prometheus' own packages. Its argument is the file of
// the rules. Its standard input is {"start": seconds, "scrapes": ["…", …]}, with a scrape for each minute; an empty one stands for
// an endpoint that is down. It prints {"problems": ["…"], "firing": {"alert": [first minute, last minute, …]}}.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/model/textparse"
	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/chunks"
	"github.com/prometheus/prometheus/util/annotations"
)

type input struct {
	Start   int64
	Scrapes []string
}

type output struct {
	Problems []string         `json:"problems"`
	Firing   map[string][]int `json:"firing"`
}

func main() {
	var in input
	if err := json.NewDecoder(os.Stdin).Decode(&in); err != nil {
		fail(err)
	}
	out := output{Problems: []string{}, Firing: map[string][]int{}}
	groups, errs := rulefmt.ParseFile(os.Args[1], false)
	if groups == nil {
		fail(errors.Join(errs...))
	}
	for _, err := range errs {
		out.Problems = append(out.Problems, err.Error())
	}
	for _, text := range in.Scrapes {
		problems, err := promlint.New(strings.NewReader(text)).Lint()
		if err != nil {
			fail(err)
		}
		for _, problem := range problems {
			out.Problems = append(out.Problems, fmt.Sprintf("%s: %s", problem.Metric, problem.Text))
		}
	}
	queryable, err := newSeries(in)
	if err != nil {
		fail(err)
	}
	for _, group := range groups.Groups {
		for _, rule := range group.Rules {
			minutes, err := firingMinutes(rule, in, queryable)
			if err != nil {
				fail(err)
			}
			out.Firing[rule.Alert] = minutes
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(out); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// firingMinutes returns the minutes in which an alert fires, if its rule is evaluated every minute.
func firingMinutes(rule rulefmt.Rule, in input, queryable storage.Queryable) ([]int, error) {
	engine := promql.NewEngine(promql.EngineOpts{MaxSamples: 1e6, Timeout: time.Minute})
	activeSince := map[uint64]int{}
	minutes := []int{}
	for minute := range in.Scrapes {
		at := time.Unix(in.Start, 0).Add(time.Duration(minute) * time.Minute)
		query, err := engine.NewInstantQuery(context.Background(), queryable, nil, rule.Expr, at)
		if err != nil {
			return nil, err
		}
		vector, err := query.Exec(context.Background()).Vector()
		if err != nil {
			return nil, err
		}
		active := map[uint64]int{}
		fires := false
		for _, sample := range vector {
			key := sample.Metric.Hash()
			active[key] = minute
			if since, ok := activeSince[key]; ok {
				active[key] = since
			}
			fires = fires || time.Duration(minute-active[key])*time.Minute >= time.Duration(rule.For)
		}
		activeSince = active
		if fires {
			minutes = append(minutes, minute)
		}
	}
	return minutes, nil
}

type series struct {
	labels  labels.Labels
	samples []chunks.Sample
}

// newSeries returns what Prometheus records of the scrapes. Where one fails, the series of the one before end.
func newSeries(in input) (storage.Queryable, error) {
	all := map[string]*series{}
	record := func(set labels.Labels, t int64, v float64) {
		one, ok := all[set.String()]
		if !ok {
			one = &series{labels: set}
			all[set.String()] = one
		}
		one.samples = append(one.samples, sample{t, v})
	}
	before := map[string]labels.Labels{}
	for minute, text := range in.Scrapes {
		t := (in.Start + int64(minute)*60) * 1000
		now := map[string]labels.Labels{}
		parser := textparse.NewPromParser([]byte(text), labels.NewSymbolTable(), false)
		for {
			entry, err := parser.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return nil, err
			}
			if entry != textparse.EntrySeries {
				continue
			}
			var set labels.Labels
			parser.Labels(&set)
			set = labels.NewBuilder(set).Set("job", "logto-sso").Set("instance", "drift:9464").Labels()
			_, _, v := parser.Series()
			now[set.String()] = set
			record(set, t, v)
		}
		for key, set := range before {
			if _, ok := now[key]; !ok {
				record(set, t, math.Float64frombits(value.StaleNaN))
			}
		}
		before = now
	}
	return &storage.MockQueryable{MockQuerier: &storage.MockQuerier{SelectMockFunction: func(
		_ bool, _ *storage.SelectHints, matchers ...*labels.Matcher,
	) storage.SeriesSet {
		var found []storage.Series
		for _, one := range all {
			if matches(one.labels, matchers) {
				found = append(found, storage.NewListSeries(one.labels, one.samples))
			}
		}
		return &seriesSet{series: found, index: -1}
	}}}, nil
}

func matches(set labels.Labels, matchers []*labels.Matcher) bool {
	for _, matcher := range matchers {
		if !matcher.Matches(set.Get(matcher.Name)) {
			return false
		}
	}
	return true
}

// sample implements chunks.Sample.
type sample struct {
	t int64
	v float64
}

func (s sample) T() int64                      { return s.t }
func (s sample) F() float64                    { return s.v }
func (s sample) H() *histogram.Histogram       { return nil }
func (s sample) FH() *histogram.FloatHistogram { return nil }
func (s sample) Type() chunkenc.ValueType      { return chunkenc.ValFloat }
func (s sample) Copy() chunks.Sample           { return s }

// seriesSet implements storage.SeriesSet.
type seriesSet struct {
	series []storage.Series
	index  int
}

func (s *seriesSet) Next() bool                        { s.index++; return s.index < len(s.series) }
func (s *seriesSet) At() storage.Series                { return s.series[s.index] }
func (s *seriesSet) Err() error                        { return nil }
func (s *seriesSet) Warnings() annotations.Annotations { return nil }
