//! The German permission to work, and whether it covers a job.
//!
//! ```text
//! any                          every gainful activity                                             yes
//! employment_any               every employment, no self-employment                               yes | no
//! employment_bound             employment within restrictions; other employment by approval       yes | needs approval | no
//! authority_permission_needed  by approval of the foreigners authority only                       needs approval
//! none                         no gainful activity                                                no
//! ```
//!
//! Restrictions have the six dimensions of sec. 34(1) BeschV (duration, establishment, occupation,
//! employer, region, working time), and the yearly day limit of students. The answer is for a verifier; the
//! restrictions are not. The ground of the title plays no part, and nothing here says whether an approval
//! would be given.

use super::date::Date;
use super::qualification::{end, map};
use geleit_cose::cbor::Value;

/// `res.de.work_permission` with its restrictions (sec. 4a AufenthG).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WorkPermission {
    /// Every gainful activity.
    Any,
    /// Every employment, and no self-employment.
    EmploymentAny,
    /// Employment within the restrictions; other employment needs approval.
    EmploymentBound(Restrictions),
    /// Every employment needs approval of the foreigners authority.
    AuthorityPermissionNeeded,
    /// No gainful activity.
    None,
}

/// Restrictions of sec. 34(1) BeschV. `None` is "not restricted in this".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Restrictions {
    /// Duration: the last day.
    pub until: Option<Date>,
    /// Establishment, compared exactly.
    pub establishment: Option<String>,
    /// Occupation: KldB 2010, 1 to 5 digits; all occupations that begin with it.
    pub occupation: Option<String>,
    /// Employer, compared exactly.
    pub employer: Option<String>,
    /// Region: regional key; all places whose key begins with it.
    pub region: Option<String>,
    /// Position and distribution of working time.
    pub working_time: Option<WorkingTime>,
    /// Days of work a year (sec. 16b(3) AufenthG); two half days count as one.
    pub days_year_max: Option<u16>,
    /// Whether self-employment is permitted.
    pub self_employment: bool,
}

/// Limits of working time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkingTime {
    /// Hours a week at most.
    pub hours_week_max: u8,
    /// Whether work between 23:00 and 06:00 is permitted (sec. 2(3) ArbZG).
    pub night_work: bool,
}

/// A dimension of a restriction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dimension {
    /// Duration.
    Duration,
    /// Establishment.
    Establishment,
    /// Occupation.
    Occupation,
    /// Employer.
    Employer,
    /// Region.
    Region,
    /// Working time.
    WorkingTime,
    /// Days a year.
    DaysYear,
}

/// A job as the employer describes it, on one day.
#[derive(Clone, Copy, Debug)]
pub struct Job<'a> {
    /// The day that is asked about.
    pub day: Date,
    /// Self-employment instead of employment.
    pub self_employed: bool,
    /// Establishment.
    pub establishment: &'a str,
    /// Occupation: KldB 2010, 5 digits.
    pub occupation: &'a str,
    /// Employer.
    pub employer: &'a str,
    /// Place of work: regional key of 12 digits.
    pub region: &'a str,
    /// Hours a week.
    pub hours_week: u8,
    /// Work between 23:00 and 06:00.
    pub night_work: bool,
    /// Half days of work in the calendar year of `day`, this job and others, done and planned.
    pub half_days_year: u16,
}

/// Whether a permission covers a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// The foreigners authority decides; this is not a no.
    NeedsApproval,
}

impl WorkPermission {
    /// The code on the wire.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::EmploymentAny => "employment_any",
            Self::EmploymentBound(_) => "employment_bound",
            Self::AuthorityPermissionNeeded => "authority_permission_needed",
            Self::None => "none",
        }
    }

    /// Reads the permission from claims by id (`res.de.work_permission`, `res.de.work_restrictions.*`).
    ///
    /// It is `None` when a claim is missing: a restriction that is not shown is not "no restriction".
    #[must_use]
    pub fn read<'v>(claim: impl Fn(&str) -> Option<&'v Value>) -> Option<Self> {
        Some(match claim("res.de.work_permission")?.as_text()? {
            "any" => Self::Any,
            "employment_any" => Self::EmploymentAny,
            "employment_bound" => Self::EmploymentBound(Restrictions::read(claim)?),
            "authority_permission_needed" => Self::AuthorityPermissionNeeded,
            "none" => Self::None,
            _ => return None,
        })
    }

    /// Whether the permission covers the job.
    #[must_use]
    pub fn permits(&self, job: &Job<'_>) -> Answer {
        match self {
            Self::Any => Answer::Yes,
            Self::EmploymentAny if job.self_employed => Answer::No,
            Self::EmploymentAny => Answer::Yes,
            Self::EmploymentBound(restrictions) => restrictions.permits(job),
            Self::AuthorityPermissionNeeded => Answer::NeedsApproval,
            Self::None => Answer::No,
        }
    }
}

/// As [`WorkPermission::permits`].
#[must_use]
pub fn permits(permission: &WorkPermission, job: &Job<'_>) -> Answer {
    permission.permits(job)
}

impl Restrictions {
    /// The dimensions in which the job is outside the restrictions. For self-employment only the duration
    /// counts: the others restrict employment.
    #[must_use]
    pub fn unmet(&self, job: &Job<'_>) -> Vec<Dimension> {
        let duration = self.until.is_none_or(|until| job.day <= until);
        if job.self_employed {
            return if duration { Vec::new() } else { vec![Dimension::Duration] };
        }
        [
            (Dimension::Duration, duration),
            (Dimension::Establishment, within(self.establishment.as_deref(), |own| own == job.establishment)),
            (
                Dimension::Occupation,
                within(self.occupation.as_deref(), |own| job.occupation.starts_with(own)),
            ),
            (Dimension::Employer, within(self.employer.as_deref(), |own| own == job.employer)),
            (Dimension::Region, within(self.region.as_deref(), |own| job.region.starts_with(own))),
            (Dimension::WorkingTime, self.working_time.is_none_or(|limits| limits.allows(job))),
            (
                Dimension::DaysYear,
                self.days_year_max.is_none_or(|days| job.half_days_year.div_ceil(2) <= days),
            ),
        ]
        .into_iter()
        .filter_map(|(dimension, met)| (!met).then_some(dimension))
        .collect()
    }

    fn permits(&self, job: &Job<'_>) -> Answer {
        if job.self_employed && !self.self_employment {
            Answer::No
        } else if self.unmet(job).is_empty() {
            Answer::Yes
        } else {
            Answer::NeedsApproval
        }
    }

    /// The claims that state the restrictions, all of them: rule S-64.
    #[must_use]
    pub fn claims(&self) -> [(&'static str, Value); 8] {
        let text = |text: &Option<String>| text.as_deref().map_or(Value::Null, Value::text);
        let days = self.days_year_max.map_or(Value::Null, |days| Value::Uint(u64::from(days)));
        [
            ("res.de.work_restrictions.until", end(self.until)),
            ("res.de.work_restrictions.establishment", text(&self.establishment)),
            ("res.de.work_restrictions.occupation", text(&self.occupation)),
            ("res.de.work_restrictions.employer", text(&self.employer)),
            ("res.de.work_restrictions.region", text(&self.region)),
            (
                "res.de.work_restrictions.working_time",
                self.working_time.map_or(Value::Null, WorkingTime::value),
            ),
            ("res.de.work_restrictions.days_year_max", days),
            ("res.de.work_restrictions.self_employment", Value::Bool(self.self_employment)),
        ]
    }

    fn read<'v>(claim: impl Fn(&str) -> Option<&'v Value>) -> Option<Self> {
        let text = |id: &str| nullable(claim(id)?, |value| value.as_text().map(str::to_owned));
        Some(Self {
            until: nullable(claim("res.de.work_restrictions.until")?, |value| Date::parse(value.as_text()?))?,
            establishment: text("res.de.work_restrictions.establishment")?,
            occupation: text("res.de.work_restrictions.occupation")?,
            employer: text("res.de.work_restrictions.employer")?,
            region: text("res.de.work_restrictions.region")?,
            working_time: nullable(claim("res.de.work_restrictions.working_time")?, WorkingTime::read)?,
            days_year_max: nullable(claim("res.de.work_restrictions.days_year_max")?, |value| {
                u16::try_from(value.as_int()?).ok()
            })?,
            self_employment: claim("res.de.work_restrictions.self_employment")?.as_bool()?,
        })
    }
}

impl WorkingTime {
    const fn allows(self, job: &Job<'_>) -> bool {
        job.hours_week <= self.hours_week_max && (self.night_work || !job.night_work)
    }

    fn value(self) -> Value {
        map([
            ("hours_week_max", Value::Uint(u64::from(self.hours_week_max))),
            ("night_work", Value::Bool(self.night_work)),
        ])
    }

    /// Night work that is not mentioned is not restricted.
    fn read(value: &Value) -> Option<Self> {
        let hours_week_max = u8::try_from(value.get("hours_week_max")?.as_int()?).ok()?;
        let night_work = value.get("night_work").is_none_or(|night| night.as_bool() == Some(true));
        Some(Self { hours_week_max, night_work })
    }
}

fn within(restriction: Option<&str>, met: impl Fn(&str) -> bool) -> bool {
    restriction.is_none_or(met)
}

/// The outer `None` is a value of the wrong type, the inner one `null`.
fn nullable<T>(value: &Value, read: impl Fn(&Value) -> Option<T>) -> Option<Option<T>> {
    if *value == Value::Null { Some(None) } else { read(value).map(Some) }
}

#[cfg(test)]
mod tests {
    use super::{Answer, Date, Dimension, Job, Restrictions, Value, WorkPermission, WorkingTime};

    fn job() -> Job<'static> {
        Job {
            day: Date::new(2026, 12, 1).unwrap(),
            self_employed: false,
            establishment: "Werk Nord",
            occupation: "81302",
            employer: "Beispiel Pflege GmbH",
            region: "053150000000",
            hours_week: 38,
            night_work: false,
            half_days_year: 200,
        }
    }

    fn bound() -> Restrictions {
        Restrictions {
            until: Date::new(2028, 3, 31),
            establishment: Some("Werk Nord".to_owned()),
            occupation: Some("813".to_owned()),
            employer: Some("Beispiel Pflege GmbH".to_owned()),
            region: Some("05".to_owned()),
            working_time: Some(WorkingTime { hours_week_max: 40, night_work: false }),
            days_year_max: Some(140),
            self_employment: false,
        }
    }

    /// The wordings of side conditions as they are printed on papers.
    #[test]
    fn wordings_on_paper() {
        let employed = job();
        let own = Job { self_employed: true, ..job() };
        let at_firm = WorkPermission::EmploymentBound(Restrictions {
            occupation: Some("813".to_owned()),
            employer: Some("Beispiel Pflege GmbH".to_owned()),
            ..Restrictions::default()
        });
        let student = WorkPermission::EmploymentBound(Restrictions {
            days_year_max: Some(140),
            ..Restrictions::default()
        });
        for (wording, permission, employment, self_employment) in [
            ("Erwerbstätigkeit gestattet", WorkPermission::Any, Answer::Yes, Answer::Yes),
            ("Beschäftigung (jeder Art) gestattet", WorkPermission::EmploymentAny, Answer::Yes, Answer::No),
            (
                "Beschäftigung nur mit Erlaubnis der Ausländerbehörde gestattet",
                WorkPermission::AuthorityPermissionNeeded,
                Answer::NeedsApproval,
                Answer::NeedsApproval,
            ),
            (
                "Tätigkeit als X bei Firma Y erlaubt, sonstige nur mit Erlaubnis",
                at_firm.clone(),
                Answer::Yes,
                Answer::No,
            ),
            ("Beschäftigung bis 140 Tage / 280 halbe Tage", student.clone(), Answer::Yes, Answer::No),
            (
                "selbständige Tätigkeit nicht gestattet",
                WorkPermission::EmploymentAny,
                Answer::Yes,
                Answer::No,
            ),
            ("Erwerbstätigkeit nicht gestattet", WorkPermission::None, Answer::No, Answer::No),
        ] {
            assert_eq!(permission.permits(&employed), employment, "{wording}");
            assert_eq!(permission.permits(&own), self_employment, "{wording}");
        }
        let other_firm = Job { employer: "Muster AG", ..job() };
        assert_eq!(at_firm.permits(&other_firm), Answer::NeedsApproval);
        assert_eq!(student.permits(&Job { half_days_year: 280, ..job() }), Answer::Yes);
        assert_eq!(student.permits(&Job { half_days_year: 281, ..job() }), Answer::NeedsApproval);
    }

    #[test]
    fn each_dimension_alone_leads_to_approval() {
        let permission = WorkPermission::EmploymentBound(bound());
        assert_eq!(permission.permits(&job()), Answer::Yes);
        for (dimension, outside) in [
            (Dimension::Duration, Job { day: Date::new(2028, 4, 1).unwrap(), ..job() }),
            (Dimension::Establishment, Job { establishment: "Werk Süd", ..job() }),
            (Dimension::Occupation, Job { occupation: "82102", ..job() }),
            (Dimension::Employer, Job { employer: "Muster AG", ..job() }),
            (Dimension::Region, Job { region: "110000000000", ..job() }),
            (Dimension::WorkingTime, Job { hours_week: 41, ..job() }),
            (Dimension::WorkingTime, Job { night_work: true, ..job() }),
            (Dimension::DaysYear, Job { half_days_year: 281, ..job() }),
        ] {
            assert_eq!(bound().unmet(&outside), [dimension]);
            assert_eq!(permission.permits(&outside), Answer::NeedsApproval);
        }
        let last_day = Job { day: Date::new(2028, 3, 31).unwrap(), ..job() };
        assert_eq!(permission.permits(&last_day), Answer::Yes);
    }

    #[test]
    fn self_employment_beside_bound_employment() {
        let permission = WorkPermission::EmploymentBound(Restrictions { self_employment: true, ..bound() });
        let own = Job { self_employed: true, employer: "-", occupation: "29302", ..job() };
        assert_eq!(permission.permits(&own), Answer::Yes);
        let late = Job { day: Date::new(2029, 1, 1).unwrap(), ..own };
        assert_eq!(permission.permits(&late), Answer::NeedsApproval);
    }

    #[test]
    fn a_withheld_restriction_is_not_an_absent_one() {
        let permission = WorkPermission::EmploymentBound(bound());
        let mut claims: Vec<(&str, Value)> = bound().claims().into();
        claims.push(("res.de.work_permission", Value::text(permission.code())));
        let read = |claims: &[(&str, Value)]| {
            WorkPermission::read(|id| claims.iter().find(|(own, _)| *own == id).map(|(_, value)| value))
        };
        assert_eq!(read(&claims), Some(permission));
        for hidden in 0..claims.len() {
            let mut shown = claims.clone();
            shown.remove(hidden);
            assert_eq!(read(&shown), None);
        }
    }
}
