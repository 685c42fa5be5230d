"""The Slack edge: questions and answers in channels, threads and direct messages.

What is asked is recorded before Slack is told that it has come, and what is posted before it is posted, so that each
ask is answered once whatever happens to the process. `assistant.slack.app` and `assistant.slack.http` bring slack_bolt
in; import them where it is needed.
"""
