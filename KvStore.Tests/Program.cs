using System.Text;
using KvStore.Tests.Chaos;
using KvStore.Tests.Simulation;
using KvStore.Tests.StandIns.Aspire;
using KvStore.Tests.Storage;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace KvStore.Tests;

/// <summary>
/// The test executable runs tests, with <c>simulate</c> a simulation, with <c>storage</c> crashes and damage of a store, with <c>chaos</c>
/// a cluster of real nodes under faults, with <c>liveness</c> one on a busy machine, or with <c>sample</c> something for an AppHost to start. The first is what xunit's own entry
/// point does, which the project turns off; in addition xunit's own options, those with one dash, reach its own console runner.
/// </summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (args is [SimulationCommand.Name, .. var rest])
        {
            await using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            return SimulationCommand.Run(rest, output, Console.Error);
        }

        if (args is [StorageCommand.Name, .. var storage])
        {
            return StorageCommand.Run(storage, Console.Out, Console.Error);
        }

        if (args is [ChaosCommand.Name, .. var chaos])
        {
            return await ChaosCommand.RunAsync(chaos, Console.Out, Console.Error);
        }

        if (args is [ElasticCommand.Name, .. var elastic])
        {
            return await ElasticCommand.RunAsync(elastic, Console.Out, Console.Error);
        }

        if (args is [LivenessCommand.Name, .. var liveness])
        {
            return await LivenessCommand.RunAsync(liveness, Console.Out, Console.Error);
        }

        if (args is [SampleProgram.Name, .. var role])
        {
            return await SampleProgram.RunAsync(role);
        }

        var forConsoleRunner = args.Any(arg => arg is "-automated" or "@@") || args is [['-', not '-', ..], ..];
        return forConsoleRunner
            ? await ConsoleRunner.Run(args)
            : await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
    }
}
