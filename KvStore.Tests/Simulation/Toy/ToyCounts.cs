namespace KvStore.Tests.Simulation.Toy;

/// <summary>What the members of a toy run met, so that replaying it proves something.</summary>
internal sealed class ToyCounts
{
    public int Asked { get; set; }

    public int Answered { get; set; }

    public int TimedOut { get; set; }

    public int Refused { get; set; }

    public int Logged { get; set; }

    public int Crashes { get; set; }

    public int Pauses { get; set; }

    public int ClockJumps { get; set; }
}
