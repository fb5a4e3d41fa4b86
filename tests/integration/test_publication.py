def test_the_demo_is_built(demo, demo_warehouse):
    assert demo_warehouse.execute("select count(*) from core.action").fetchone()[0] > 100
