using KvStore.Node.Registers;

namespace KvStore.Tests.Simulation.Scenarios;

public sealed class DirectedScenariosTests
{
    public static TheoryData<string> Names => [.. DirectedScenarios.Flaws.Select(flaw => flaw.ToString())];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_finds_its_mistake(string name) => Assert.NotNull(DirectedScenarios.Run(Enum.Parse<ProtocolFlaw>(name)));

    [Fact]
    public void None_finds_anything_where_nothing_is_wrong() => Assert.Empty(DirectedScenarios.FalseAlarms());
}
