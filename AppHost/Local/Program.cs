using Desk.AppHost.Commands;
using Desk.AppHost.Native;
using Desk.AppHost.Running;

// What ./desk needs beside the app host itself. DESK_STATE says which desk.
var folders = new DeskFolders(Environment.GetEnvironmentVariable("DESK_STATE") ?? ".desk");

return args switch
{
    ["servers", .. var databases] => await ServersCommand.RunAsync(folders, databases),
    ["ahead", var target, .. var builds] => await AheadCommand.RunAsync(target, builds),
    ["doctor"] => DoctorCommand.Run(folders),
    ["exec", var resource, .. var arguments] => await ExecCommand.RunAsync(folders, resource, arguments),
    ["state"] => PrintState(),
    ["summary"] => PrintSummary(),
    ["port", .. var wanted] => PrintPort(wanted),
    ["results", var results, var crashed] => TestResultsCommand.Run(results, int.Parse(crashed, System.Globalization.CultureInfo.InvariantCulture)),
    _ => Explain(),
};

int PrintState()
{
    if (DeskState.Read(folders) is not { } state)
        return 1;
    Console.WriteLine($"{state.Pid} {(state.Ready ? "ready" : "starting")} {state.Address}");
    return 0;
}

int PrintSummary()
{
    if (DeskState.Read(folders) is not { } state)
        return 1;
    Summary.Print(state, folders, Console.Out);
    return 0;
}

// The one that is wanted, when nobody has it.
int PrintPort(string[] wanted)
{
    Console.WriteLine(wanted is [var one] && int.Parse(one, System.Globalization.CultureInfo.InvariantCulture) is var port && Ports.IsFree(port) ? port : Ports.Free());
    return 0;
}

int Explain()
{
    Console.Error.WriteLine("servers DATABASE… | ahead FOLDER BUILD… | doctor | exec RESOURCE ARGUMENT… | state | summary | port [WANTED] | results FOLDER CRASHED");
    return 2;
}
