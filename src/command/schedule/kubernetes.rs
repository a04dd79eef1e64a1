//! A CronJob per job (`batch/v1`, Kubernetes 1.27 or newer, for its time zone).
//!
//! The configuration, the lake and the output are on one volume, which is mounted at the configuration's own folder, so
//! that every path is the same inside and out.

use super::Planned;
use crate::error::{Error, Result};
use crate::settings::{Settings, When};
use std::path::Path;

/// Whom a pod runs as: nobody of the node's.
const USER: u32 = 10001;
/// Kubernetes counts every status but 0 as a failure, and 3 is none: the inputs that were there are published.
const WRAPPED: &str = "\"$@\"; status=$?; test $status -eq 3 && exit 0; exit $status";

/// The object, as YAML.
///
/// Fails with `Error::Settings` where the job names no image or no claim, or the lake or the output is not below the
/// configuration's folder.
pub(super) fn cron_job(planned: &Planned, settings: &Settings) -> Result<String> {
    let Planned { job, writes, delivers, cache, home, memory_limit, .. } = planned;
    let place = format!("{}, job {}", settings.config.display(), job.id);
    let missing =
        |key: &str, what: &str| Error::settings(&place, format!("names no {what}"), format!("add {key} = \"…\""));
    let image = job.image.as_ref().ok_or_else(|| missing("image", "image"))?;
    let claim = job.claim.as_ref().ok_or_else(|| missing("claim", "claim of a volume"))?;
    if cache.is_some() {
        let what = "the lake is in a store, and its cache has no place on the volume";
        return Err(Error::settings(place, what, format!("say cache = \"…\" in [lake], below {home}")));
    }
    if let Some(outside) = writes.iter().chain(delivers).find(|folder| !Path::new(folder).starts_with(home)) {
        let what = format!("{outside} is not below the configuration's folder, which is what the volume is mounted at");
        return Err(Error::settings(place, what, format!("put it below {home}")));
    }
    let day = match job.on {
        When::Daily => "*".to_string(),
        When::Monthly(day) => day.to_string(),
    };
    let line = |indent: usize, key: &str, value: &str| format!("{}{key}: {}\n", " ".repeat(indent), quoted(value));
    let service_account =
        job.service_account.as_ref().map(|name| line(10, "serviceAccountName", name)).unwrap_or_default();
    let environment = match &job.secret {
        Some(name) => format!("              envFrom:\n                - secretRef:\n{}", line(20, "name", name)),
        None => String::new(),
    };
    let words: String = planned.words().iter().map(|word| format!("                - {}\n", quoted(word))).collect();
    Ok(format!(
        "\
apiVersion: batch/v1
kind: CronJob
metadata:
  name: costmill-{id}
  labels:
    app.kubernetes.io/name: costmill
spec:
  schedule: \"{minute} {hour} {day} * *\"
  timeZone: Etc/UTC
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: 3600
  successfulJobsHistoryLimit: 3
  failedJobsHistoryLimit: 3
  jobTemplate:
    spec:
      backoffLimit: 0
      activeDeadlineSeconds: {seconds}
      template:
        metadata:
          labels:
            app.kubernetes.io/name: costmill
        spec:
          restartPolicy: Never
{service_account}          automountServiceAccountToken: false
          securityContext:
            runAsNonRoot: true
            runAsUser: {USER}
            runAsGroup: {USER}
            fsGroup: {USER}
            seccompProfile:
              type: RuntimeDefault
          containers:
            - name: costmill
{image}{folder}              # 3 is no failure: published, with inputs late or skipped.
              command: [\"/bin/sh\", \"-c\", {wrapped}, \"costmill\"]
              args:
{words}{environment}              resources:
                requests:
                  cpu: \"1\"
                  memory: \"{memory_limit}\"
                limits:
                  memory: \"{most_memory}\"
              securityContext:
                allowPrivilegeEscalation: false
                readOnlyRootFilesystem: true
                capabilities:
                  drop: [\"ALL\"]
              volumeMounts:
                - name: work
{mount}                - name: tmp
                  mountPath: /tmp
          volumes:
            - name: work
              persistentVolumeClaim:
{claim}            - name: tmp
              emptyDir: {{}}
",
        id = job.id,
        minute = job.minute,
        hour = job.hour,
        seconds = u64::from(job.most_hours) * 3600,
        image = line(14, "image", image),
        folder = line(14, "workingDir", home),
        wrapped = quoted(WRAPPED),
        most_memory = planned.most_memory(),
        mount = line(18, "mountPath", home),
        claim = line(16, "claimName", claim),
    ))
}

/// A text of JSON is one of YAML.
fn quoted(text: &str) -> String {
    serde_json::Value::String(text.into()).to_string()
}
