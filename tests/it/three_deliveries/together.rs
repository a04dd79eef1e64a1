//! Two clouds in one lake: the month is closed for both at once, each is delivered later on a night of its own, and the
//! statements have what both say.

use super::moved::hold;
use super::{
    CARRIER, Cells, Kept, MONTH, State, add, aws, carried, close, gcp, in_statements, less, night, published,
    since_closing,
};

/// The sums of both.
fn both(one: &Cells, other: &Cells) -> Cells {
    let mut sums = one.clone();
    for (key, cell) in other {
        add(&mut sums, key.each_ref().map(String::as_str), *cell);
    }
    sums
}

#[test]
fn a_late_delivery_of_one_cloud_leaves_the_other_s_adjustment_alone() {
    let night = night(&format!("{}{}", aws::SOURCE, gcp::SOURCE));
    let run = || night.run().exits(0);
    let stage = |state: State| {
        let states = [aws::delivered(&night, state), gcp::delivered(&night, state)];
        run();
        assert_eq!(published(&night, MONTH), both(&states[0], &states[1]), "{state:?}");
        states
    };
    let first = stage(State::First);
    let frozen = stage(State::Restated);
    for (at, source) in ["aws", "gcp"].into_iter().enumerate() {
        hold(&night, &["diff", "--source", source], &first[at], &frozen[at]);
    }
    close(&night, MONTH);
    let kept = Kept::of(&night);
    let closed = both(&frozen[0], &frozen[1]);
    let mut latest = frozen.clone();
    // What each delivers, night by night.
    for (source, state) in
        [(0, State::Late), (1, State::Late), (0, State::Restated), (1, State::Later), (1, State::Restated)]
    {
        let what = format!("{} {state:?}", ["aws", "gcp"][source]);
        latest[source] = if source == 0 { aws::delivered(&night, state) } else { gcp::delivered(&night, state) };
        let said = run().stdout;
        kept.stays(&night, &what);
        let other = ["closed gcp 2026-09: ", "closed aws 2026-09: "][source];
        assert!(!said.contains(other), "{what}: nothing new of the other one\n{said}");
        let all = both(&latest[0], &latest[1]);
        let difference = less(&all, &closed);
        assert_eq!(carried(&night, CARRIER), difference, "{what}");
        since_closing(&night, &closed, &all);
        for (at, source) in ["aws", "gcp"].into_iter().enumerate() {
            hold(&night, &["diff", "--since-closing", "--source", source], &frozen[at], &latest[at]);
        }
        if !difference.is_empty() {
            in_statements(&night, &difference);
        }
    }
    assert_eq!(carried(&night, CARRIER), Cells::new(), "both are back to what was closed");
}
