namespace KvStore.Tests.Simulation.StartUp;

/// <summary>What happened in a run, so that it can be seen that it met what it is about.</summary>
internal sealed class StartCounts
{
    public int Faults { get; set; }

    public int Crashes { get; set; }

    public int Pauses { get; set; }

    public int Partitions { get; set; }

    public int MassRestarts { get; set; }

    public int Wipes { get; set; }

    /// <summary>Machines that found out at their start that they had been removed.</summary>
    public int ComeBackAsNew { get; set; }

    /// <summary>Changes that were asked for, and those of them that began.</summary>
    public int Asked { get; set; }

    public int Begun { get; set; }

    /// <summary>Of members, as the documents show them.</summary>
    public int Joined { get; set; }

    public int Left { get; set; }

    public int Replaced { get; set; }

    public int Evicted { get; set; }

    /// <summary>Changes of owners that were completed, and given up.</summary>
    public int Completed { get; set; }

    public int Abandoned { get; set; }

    public void Add(StartCounts other)
    {
        Faults += other.Faults;
        Crashes += other.Crashes;
        Pauses += other.Pauses;
        Partitions += other.Partitions;
        MassRestarts += other.MassRestarts;
        Wipes += other.Wipes;
        ComeBackAsNew += other.ComeBackAsNew;
        Asked += other.Asked;
        Begun += other.Begun;
        Joined += other.Joined;
        Left += other.Left;
        Replaced += other.Replaced;
        Evicted += other.Evicted;
        Completed += other.Completed;
        Abandoned += other.Abandoned;
    }
}
