# examples/shell.sh
agentexchange snapshot BTCUSDT ETHUSDT SOLUSDT               # prices of an exchange in memory
agentexchange order buy BTCUSDT --usdt 50 --yes --data my.db # an exchange in a file, without a server
agentexchange portfolio --data my.db
agentexchange candles BTCUSDT --limit 60 --chart
agentexchange price BTCUSDT --json                           # for programs: { ok, data | error, meta }
agentexchange watch ETHUSDT --count 3 --json                 # one JSON object a line
