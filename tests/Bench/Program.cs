using Desk.Bench;

return args switch
{
    ["bench", .. var rest] => await BenchCommand.RunAsync(Options.Parse(rest)),
    ["seed", .. var rest] => await SeedCommand.RunAsync(Options.Parse(rest)),
    ["eval", .. var rest] => await EvalCommand.RunAsync(Options.Parse(rest)),
    _ => Explain(),
};

static int Explain()
{
    Console.Error.WriteLine("""
        bench [--tickets 20000] [--clients 8] [--seconds 8] [--json FILE] [--only create,smtp,read,import,pages]
                                                                            measures a desk of its own
        bench --only triage [--tickets 10000]                               Routing alone
        bench --only open [--open 200000]                                   one with very many open tickets: work lists and clocks
        seed  [--tickets 200]                                               fills the running desk with demo tickets
        eval  [DIR]                                                         measures the readers and judges on real data
        """);
    return 2;
}
